package io.outrigger.control.ratelimit;

import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.outrigger.control.debug.DebugServer;
import io.outrigger.control.debug.DebugServer.Page;
import io.outrigger.control.grpc.Methods;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The rate limit server: its gRPC port, its page of metrics and health, its folder of limits. */
public final class RateLimitServer implements AutoCloseable {
  private static final long DRAIN_SECONDS = 10;

  private final LimitFolder folder;
  private final Counters counters;
  private final LimitStats stats = new LimitStats();
  private final DebugServer pages;
  private final Server server;
  private volatile boolean draining;

  /**
   * What a server is to do.
   *
   * @param adminPort metrics and health, on loopback; 0: any
   * @param shadow nothing is refused
   * @param headers whether answers have RateLimit headers for the response
   */
  public record Options(
      Path limits, String bind, int port, int adminPort, boolean shadow, boolean headers) {}

  private RateLimitServer(
      Options options, Counters counters, InstantSource clock, Consumer<List<String>> outcome)
      throws IOException {
    this.counters = counters;
    this.folder =
        new LimitFolder(
            options.limits(),
            problems -> {
              (problems.isEmpty() ? stats.configLoads : stats.configErrors).increment();
              outcome.accept(problems);
            });
    Decider decider =
        new Decider(folder::domains, counters, stats, clock, options.shadow(), options.headers());
    folder.start();
    pages =
        new DebugServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), options.adminPort()));
    pages.page("/metrics", "metrics, as Prometheus reads them", query -> Page.text(stats.page()));
    pages.page(
        "/healthcheck",
        "200 while questions are taken",
        query ->
            draining
                ? new Page(503, "text/plain; charset=utf-8", "draining\n")
                : Page.text("OK\n"));
    pages.start();
    // nothing that answers ever blocks, so a question stays on the loop that read it
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(options.bind(), options.port()))
            .directExecutor()
            .keepAliveTime(30, TimeUnit.SECONDS)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(service(decider))
            .build();
    try {
      server.start();
    } catch (IOException e) {
      folder.close();
      pages.close();
      throw new IOException("can't listen on port " + options.port() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Starts with counts in memory; {@code outcome} takes the problems of each reading of the limits.
   */
  public static RateLimitServer start(
      Options options, InstantSource clock, Consumer<List<String>> outcome) throws IOException {
    return new RateLimitServer(options, new MemoryCounters(clock), clock, outcome);
  }

  private ServerServiceDefinition service(Decider decider) {
    return ServerServiceDefinition.builder("envoy.service.ratelimit.v3.RateLimitService")
        .addMethod(
            Methods.SHOULD_RATE_LIMIT,
            ServerCalls.asyncUnaryCall((request, answer) -> decide(decider, request, answer)))
        .build();
  }

  private void decide(
      Decider decider, RateLimitRequest request, StreamObserver<RateLimitResponse> answer) {
    String wrong =
        request.getDomain().isEmpty()
            ? "domain is empty; a name is required"
            : request.getDescriptorsCount() == 0 ? "there is no descriptor; one is required" : "";
    if (!wrong.isEmpty()) {
      stats.errors.increment();
      answer.onError(Status.INVALID_ARGUMENT.withDescription(wrong).asRuntimeException());
      return;
    }
    decider
        .decide(request)
        .whenComplete(
            (response, failure) -> {
              if (failure == null) {
                answer.onNext(response);
                answer.onCompleted();
              } else {
                stats.errors.increment();
                answer.onError(
                    Status.UNAVAILABLE
                        .withDescription(String.valueOf(failure.getMessage()))
                        .asRuntimeException());
              }
            });
  }

  public int port() {
    return server.getPort();
  }

  public int adminPort() {
    return pages.port();
  }

  /** Says that it goes, answers what it was asked, and ends. */
  @Override
  public void close() {
    draining = true;
    server.shutdown();
    try {
      if (!server.awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      server.shutdownNow();
    }
    pages.close();
    folder.close();
    counters.close();
  }
}
