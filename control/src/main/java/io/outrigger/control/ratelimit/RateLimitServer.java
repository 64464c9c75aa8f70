package io.outrigger.control.ratelimit;

import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.Code;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.DescriptorStatus;
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
  private final Away away;
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

  /** What is answered while nobody can tell a count. */
  public enum Away {
    /** Requests are within their limits. */
    ALLOW,
    /** Requests are over their limits. */
    DENY,
    /** The call fails, and the proxy's failure_mode_deny decides. */
    ERROR
  }

  /**
   * Where Redis is, which counts for many servers.
   *
   * @param password empty: none
   * @param timeoutMillis until a question is answered as {@code away} says
   * @param jitterSeconds counters outlive their window by up to this, so that not all go at once
   */
  public record Redis(
      String host, int port, String password, long timeoutMillis, int jitterSeconds, Away away) {}

  private RateLimitServer(
      Options options,
      Counters counters,
      Away away,
      InstantSource clock,
      Consumer<List<String>> outcome)
      throws IOException {
    this.counters = counters;
    this.away = away;
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
    return new RateLimitServer(options, new MemoryCounters(clock), Away.ERROR, clock, outcome);
  }

  /** As the other, with counts in Redis, which need not be there yet. */
  public static RateLimitServer start(
      Options options, Redis redis, InstantSource clock, Consumer<List<String>> outcome)
      throws IOException {
    RedisCounters counters =
        new RedisCounters(
            new RedisCounters.Options(
                redis.host(),
                redis.port(),
                redis.password(),
                redis.timeoutMillis(),
                redis.jitterSeconds()),
            clock);
    counters.start();
    return new RateLimitServer(options, counters, redis.away(), clock, outcome);
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
              if (failure != null) {
                stats.errors.increment();
              }
              if (failure == null || away != Away.ERROR) {
                answer.onNext(failure == null ? response : uncounted(request));
                answer.onCompleted();
              } else {
                answer.onError(
                    Status.UNAVAILABLE
                        .withDescription(String.valueOf(failure.getMessage()))
                        .asRuntimeException());
              }
            });
  }

  private RateLimitResponse uncounted(RateLimitRequest request) {
    Code code = away == Away.ALLOW ? Code.OK : Code.OVER_LIMIT;
    RateLimitResponse.Builder response = RateLimitResponse.newBuilder().setOverallCode(code);
    for (int i = 0; i < request.getDescriptorsCount(); i++) {
      response.addStatuses(DescriptorStatus.newBuilder().setCode(code));
    }
    return response.build();
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
