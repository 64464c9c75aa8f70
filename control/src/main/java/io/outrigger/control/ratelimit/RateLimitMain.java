package io.outrigger.control.ratelimit;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The rate limit server's process. */
@Command(
    name = "outrigger ratelimit",
    mixinStandardHelpOptions = true,
    version = "outrigger 0.1.0",
    description = {
      "Answers Envoy's questions about rate limits (envoy.service.ratelimit.v3), by limits from a",
      "folder of YAML files in the format of Envoy's reference server, counted in fixed windows."
    })
public final class RateLimitMain implements Callable<Integer> {
  @Option(
      names = "--limits",
      required = true,
      paramLabel = "DIR",
      description = "folder of YAML files with the limits; a change is taken over while it runs")
  private Path limits = Path.of("");

  @Option(
      names = "--bind",
      defaultValue = "127.0.0.1",
      description = "address of the gRPC port (${DEFAULT-VALUE}); 0.0.0.0 for other machines")
  private String bind = "";

  @Option(
      names = "--port",
      defaultValue = "8081",
      description = "of the rate limit service, gRPC in plain text (${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--admin-port",
      defaultValue = "6070",
      description = "/metrics and /healthcheck, on loopback only (${DEFAULT-VALUE})")
  private int adminPort;

  @Option(
      names = "--shadow",
      description = "refuses nothing: what would be refused is counted, and in the statuses")
  private boolean shadow;

  @Option(
      names = "--response-headers",
      description = "answers carry RateLimit-Limit, -Remaining and -Reset for the response")
  private boolean headers;

  @Option(
      names = "--redis",
      paramLabel = "HOST:PORT",
      description = {
        "counts in this Redis, for many servers together; without it, in memory.",
        "OUTRIGGER_REDIS_PASSWORD in the environment is its password"
      })
  private @Nullable String redis;

  @Option(
      names = "--redis-timeout-ms",
      defaultValue = "15",
      description = "for a count, then --redis-away holds (${DEFAULT-VALUE})")
  private long redisTimeoutMillis;

  @Option(
      names = "--redis-jitter",
      defaultValue = "300",
      paramLabel = "SECONDS",
      description = "counters outlive their windows by up to this (${DEFAULT-VALUE})")
  private int redisJitterSeconds;

  @Option(
      names = "--redis-away",
      defaultValue = "ERROR",
      description = {
        "without Redis: ALLOW or DENY requests, or ERROR (${DEFAULT-VALUE}), and the proxy's",
        "failure_mode_deny decides"
      })
  private RateLimitServer.Away away = RateLimitServer.Away.ERROR;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  public static void main(String[] args) {
    System.exit(new CommandLine(new RateLimitMain()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    try (RateLimitServer server = start()) {
      out.println("limits         " + limits);
      out.println("rate limits    " + bind + ":" + server.port() + " (gRPC)");
      out.println("pages          http://127.0.0.1:" + server.adminPort() + "/metrics");
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> await(end, ended)));
      end.await();
    } catch (IOException e) {
      System.err.println("outrigger ratelimit: " + e.getMessage());
      return 1;
    }
    ended.countDown();
    return 0;
  }

  private RateLimitServer start() throws IOException {
    RateLimitServer.Options options =
        new RateLimitServer.Options(limits, bind, port, adminPort, shadow, headers);
    String where = redis;
    if (where == null) {
      return RateLimitServer.start(options, InstantSource.system(), this::tell);
    }
    int colon = where.lastIndexOf(':');
    if (colon < 1 || !where.substring(colon + 1).matches("\\d{1,5}")) {
      throw new IOException("--redis is '" + where + "'; HOST:PORT is allowed");
    }
    String password = System.getenv("OUTRIGGER_REDIS_PASSWORD");
    return RateLimitServer.start(
        options,
        new RateLimitServer.Redis(
            where.substring(0, colon),
            Integer.parseInt(where.substring(colon + 1)),
            password == null ? "" : password,
            redisTimeoutMillis,
            redisJitterSeconds,
            away),
        InstantSource.system(),
        this::tell);
  }

  /** Holds the process until what was asked is answered. */
  private static void await(CountDownLatch end, CountDownLatch ended) {
    end.countDown();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(List<String> problems) {
    if (problems.isEmpty()) {
      out.println("limits read");
    }
    for (String problem : problems) {
      System.err.println("outrigger ratelimit: " + problem);
    }
    if (!problems.isEmpty()) {
      System.err.println("outrigger ratelimit: the limits before stay in force");
    }
  }
}
