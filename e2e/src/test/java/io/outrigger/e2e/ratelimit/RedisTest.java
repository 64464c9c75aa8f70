package io.outrigger.e2e.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.Code;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.outrigger.control.grpc.Methods;
import io.outrigger.control.ratelimit.RateLimitServer;
import io.outrigger.control.ratelimit.RateLimitServer.Away;
import io.outrigger.e2e.Installed;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final long LIMIT = 10_000_000;

  @TempDir private Path directory;
  private int port;
  private Process redis;
  private RateLimitServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    port = FreePorts.find(1).getFirst();
    startRedis();
    Files.writeString(
        directory.resolve("limits.yaml"),
        "{domain: d, descriptors: [{key: few, rate_limit: {unit: year, requests_per_unit: 3}},"
            + " {key: many, rate_limit: {unit: year, requests_per_unit: "
            + LIMIT
            + "}}]}\n");
  }

  @AfterEach
  void stop() {
    if (server != null) {
      channel.shutdownNow();
      server.close();
    }
    redis.destroyForcibly();
  }

  /** What it has acknowledged, it has on disk. */
  private void startRedis() throws IOException {
    redis =
        new ProcessBuilder(
                Installed.redis(),
                "--port",
                Integer.toString(port),
                "--dir",
                directory.toString(),
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
                "--save",
                "")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("redis.log").toFile())
            .start();
  }

  private RateLimitServer server(Away away) {
    return server(away, 1000);
  }

  private RateLimitServer server(Away away, long timeoutMillis) {
    try {
      return RateLimitServer.start(
          new RateLimitServer.Options(directory, "127.0.0.1", 0, 0, false, false),
          new RateLimitServer.Redis("127.0.0.1", port, "", timeoutMillis, 0, away),
          () -> Instant.ofEpochSecond(1_700_000_000), // one window for the whole test
          problems -> assertThat(problems).isEmpty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(Away away) {
    serve(away, 1000);
  }

  private void serve(Away away, long timeoutMillis) {
    server = server(away, timeoutMillis);
    channel = connect(server);
  }

  private static ManagedChannel connect(RateLimitServer to) {
    return NettyChannelBuilder.forAddress("127.0.0.1", to.port()).usePlaintext().build();
  }

  private static RateLimitResponse ask(ManagedChannel through, String key) {
    return ClientCalls.blockingUnaryCall(
        through,
        Methods.SHOULD_RATE_LIMIT,
        CallOptions.DEFAULT,
        RateLimitRequest.newBuilder()
            .setDomain("d")
            .addDescriptors(
                RateLimitDescriptor.newBuilder()
                    .addEntries(RateLimitDescriptor.Entry.newBuilder().setKey(key).setValue("v")))
            .build());
  }

  private void awaitRedis() {
    Await.until("Redis counts", LONG, () -> counted() >= 0);
  }

  /** What is left of the large limit, as used; -1: Redis is away. */
  private long counted() {
    try {
      return LIMIT - ask(channel, "many").getStatuses(0).getLimitRemaining();
    } catch (StatusRuntimeException away) {
      return -1;
    }
  }

  @Test
  void serversCountTogether() {
    serve(Away.ERROR);
    awaitRedis();
    try (RateLimitServer other = server(Away.ERROR)) {
      ManagedChannel toOther = connect(other);
      Await.until(
          "the other has Redis",
          LONG,
          () -> {
            try {
              return ask(toOther, "few").getStatuses(0).getLimitRemaining() == 2;
            } catch (StatusRuntimeException away) {
              return false;
            }
          });
      assertThat(ask(channel, "few").getOverallCode()).isEqualTo(Code.OK);
      assertThat(ask(toOther, "few").getOverallCode()).isEqualTo(Code.OK);
      assertThat(ask(channel, "few").getOverallCode()).isEqualTo(Code.OVER_LIMIT);
      assertThat(ask(toOther, "few").getOverallCode()).isEqualTo(Code.OVER_LIMIT);
      toOther.shutdownNow();
    }
  }

  @Test
  void noCountIsLostAndNoQuestionStallsWhileRedisIsKilledAndRestarted() throws Exception {
    serve(Away.ERROR);
    awaitRedis();
    long before = counted();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong answered = new AtomicLong();
    AtomicLong refused = new AtomicLong();
    AtomicLong slowest = new AtomicLong();
    Thread load =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!stop.get()) {
                    long start = System.nanoTime();
                    (counted() >= 0 ? answered : refused).incrementAndGet();
                    slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
                  }
                });
    try {
      Await.until("load is on", LONG, () -> answered.get() > 100);
      redis.destroyForcibly().waitFor();
      Await.until("questions fail", LONG, () -> refused.get() > 100);
      long meanwhile = answered.get();
      startRedis();
      Await.until("questions are answered again", LONG, () -> answered.get() > meanwhile + 100);
    } finally {
      stop.set(true);
      load.join(LONG);
    }
    long known = answered.get();
    long after = counted();
    // all that was answered is counted; of what failed, only what was on its way may be
    assertThat(after - before - 1).isBetween(known, known + 2);
    assertThat(TimeUnit.NANOSECONDS.toMillis(slowest.get())).isLessThan(5000);
  }

  @Test
  void aRedisThatStandsStillIsGivenUpAndFoundAgain() throws Exception {
    serve(Away.ERROR, 200);
    awaitRedis();
    long before = counted();
    signal("-STOP");
    Await.until("its connection is given up", LONG, () -> failure().contains("away"));
    signal("-CONT");
    awaitRedis();
    // what timed out on its way may be counted, what failed at once isn't
    assertThat(counted() - before).isBetween(2L, 20L);
  }

  private String failure() {
    try {
      return "none: " + ask(channel, "many");
    } catch (StatusRuntimeException e) {
      return e.getMessage();
    }
  }

  private void signal(String name) throws Exception {
    assertThat(new ProcessBuilder("kill", name, Long.toString(redis.pid())).start().waitFor())
        .isZero();
  }

  @Test
  void failsOpenOrClosedAsItIsTold() throws Exception {
    redis.destroyForcibly().waitFor();
    serve(Away.ALLOW);
    assertThat(ask(channel, "few").getOverallCode()).isEqualTo(Code.OK);
    try (RateLimitServer closed = server(Away.DENY)) {
      ManagedChannel toClosed = connect(closed);
      RateLimitResponse denied = ask(toClosed, "few");
      assertThat(List.of(denied.getOverallCode(), denied.getStatuses(0).getCode()))
          .containsOnly(Code.OVER_LIMIT);
      toClosed.shutdownNow();
    }
  }
}
