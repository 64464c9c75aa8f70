package io.outrigger.control.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UInt64Value;
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
import io.outrigger.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RateLimitServerTest {
  private static final String LIMITS =
      """
      domain: shop
      descriptors:
      - key: user
        rate_limit: {unit: minute, requests_per_unit: 2, name: each}
      - key: user
        value: vip*
        rate_limit: {unit: minute, requests_per_unit: 5}
      - key: user
        value: root
        rate_limit: {unlimited: true}
      - key: user
        value: trial
        shadow_mode: true
        rate_limit: {unit: hour, requests_per_unit: 1}
      - key: path
        value: /slow
        rate_limit: {unit: second, requests_per_unit: 1, replaces: [{name: each}]}
        descriptors:
        - key: method
          value: POST
          rate_limit: {unit: day, requests_per_unit: 3}
      """;

  @TempDir private Path folder;
  private final AtomicLong millis = new AtomicLong(1_000_000_030_000L);
  private final List<List<String>> outcomes = new CopyOnWriteArrayList<>();
  private RateLimitServer server;
  private ManagedChannel channel;

  private void start(boolean shadow) throws IOException {
    Files.writeString(folder.resolve("limits.yaml"), LIMITS);
    server =
        RateLimitServer.start(
            new RateLimitServer.Options(folder, "127.0.0.1", 0, 0, shadow, true),
            () -> Instant.ofEpochMilli(millis.get()),
            outcomes::add);
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  private RateLimitResponse ask(RateLimitRequest request) {
    return ClientCalls.blockingUnaryCall(
        channel, Methods.SHOULD_RATE_LIMIT, CallOptions.DEFAULT, request);
  }

  private static RateLimitDescriptor descriptor(String... entries) {
    RateLimitDescriptor.Builder made = RateLimitDescriptor.newBuilder();
    for (int i = 0; i < entries.length; i += 2) {
      made.addEntries(
          RateLimitDescriptor.Entry.newBuilder().setKey(entries[i]).setValue(entries[i + 1]));
    }
    return made.build();
  }

  private static RateLimitRequest request(RateLimitDescriptor... descriptors) {
    return RateLimitRequest.newBuilder()
        .setDomain("shop")
        .addAllDescriptors(List.of(descriptors))
        .build();
  }

  private Code code(String... entries) {
    return ask(request(descriptor(entries))).getOverallCode();
  }

  private String page(String path) throws IOException {
    try (var in =
        URI.create("http://127.0.0.1:" + server.adminPort() + path).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void countsInFixedWindows() throws IOException {
    start(false);
    RateLimitResponse first = ask(request(descriptor("user", "ann")));
    assertThat(first.getOverallCode()).isEqualTo(Code.OK);
    assertThat(first.getStatuses(0).getLimitRemaining()).isEqualTo(1);
    assertThat(first.getStatuses(0).getDurationUntilReset().getSeconds()).isEqualTo(50);
    assertThat(first.getResponseHeadersToAddList())
        .extracting(header -> header.getKey() + " " + header.getValue())
        .containsExactly("RateLimit-Limit 2", "RateLimit-Remaining 1", "RateLimit-Reset 50");
    assertThat(code("user", "ann")).isEqualTo(Code.OK);
    assertThat(code("user", "ann")).isEqualTo(Code.OVER_LIMIT);
    assertThat(code("user", "ann")).isEqualTo(Code.OVER_LIMIT); // of the near cache
    assertThat(code("user", "bob")).isEqualTo(Code.OK);
    millis.addAndGet(50_000);
    assertThat(code("user", "ann")).isEqualTo(Code.OK);
    assertThat(page("/metrics"))
        .contains(
            "rate_limit_total_hits{limit=\"shop.user\"} 6\n",
            "rate_limit_over_limit{limit=\"shop.user\"} 2\n",
            "rate_limit_over_limit_with_local_cache{limit=\"shop.user\"} 1\n");
  }

  @Test
  void aClockThatStepsBackFindsTheCountsOfItsWindow() throws IOException {
    start(false);
    assertThat(code("user", "ann")).isEqualTo(Code.OK);
    millis.addAndGet(3_600_000);
    assertThat(code("user", "ann")).isEqualTo(Code.OK);
    millis.addAndGet(-3_600_000);
    assertThat(code("user", "ann")).isEqualTo(Code.OK);
    assertThat(code("user", "ann")).isEqualTo(Code.OVER_LIMIT);
  }

  @Test
  void findsTheLimitOfEachDescriptor() throws IOException {
    start(false);
    RateLimitRequest five =
        request(descriptor("user", "vip7")).toBuilder().setHitsAddend(5).build();
    assertThat(ask(five).getOverallCode()).isEqualTo(Code.OK);
    assertThat(code("user", "vip7")).isEqualTo(Code.OVER_LIMIT);
    RateLimitDescriptor all =
        descriptor("path", "/slow", "method", "POST").toBuilder()
            .setHitsAddend(UInt64Value.newBuilder().setValue(3))
            .build();
    assertThat(ask(request(all)).getOverallCode()).isEqualTo(Code.OK);
    assertThat(ask(request(all)).getOverallCode()).isEqualTo(Code.OVER_LIMIT);
    assertThat(code("path", "/slow", "method", "GET")).isEqualTo(Code.OK); // no limit
    assertThat(code("user", "root")).isEqualTo(Code.OK);
    assertThat(code("user", "trial")).isEqualTo(Code.OK);
    assertThat(code("user", "trial")).isEqualTo(Code.OK);
    assertThat(page("/metrics")).contains("shadow_mode{limit=\"shop.user_trial\"} 1\n");
  }

  @Test
  void aLimitReplacesAnother() throws IOException {
    start(false);
    RateLimitRequest both = request(descriptor("user", "ann"), descriptor("path", "/slow"));
    assertThat(ask(both).getOverallCode()).isEqualTo(Code.OK);
    assertThat(ask(both).getOverallCode()).isEqualTo(Code.OVER_LIMIT); // the path's
    assertThat(ask(request(descriptor("user", "ann"))).getStatuses(0).getLimitRemaining())
        .isEqualTo(1);
  }

  @Test
  void refusesNothingInShadow() throws IOException {
    start(true);
    code("user", "ann");
    code("user", "ann");
    RateLimitResponse over = ask(request(descriptor("user", "ann")));
    assertThat(over.getOverallCode()).isEqualTo(Code.OK);
    assertThat(over.getStatuses(0).getCode()).isEqualTo(Code.OVER_LIMIT);
  }

  @Test
  void keepsTheLastGoodLimitsAndSaysWhatIsWrong() throws IOException {
    start(false);
    assertThat(outcomes).containsExactly(List.of());
    Path file = folder.resolve("limits.yaml");
    Files.writeString(
        file, LIMITS.replace("unit: day", "unit: dya").replace("shadow_mode", "shadow"));
    Await.until("the change is seen", Duration.ofSeconds(20), () -> outcomes.size() > 1);
    assertThat(outcomes.get(1))
        .anySatisfy(p -> assertThat(p).contains("limits.yaml:13").contains("'shadow' is not known"))
        .anySatisfy(p -> assertThat(p).contains("limits.yaml:21").contains("'dya' is not one of"));
    assertThat(code("user", "ann")).isEqualTo(Code.OK);
    assertThat(code("user", "ann")).isEqualTo(Code.OK);
    assertThat(code("user", "ann")).isEqualTo(Code.OVER_LIMIT);
    Files.writeString(file, LIMITS.replace("requests_per_unit: 2", "requests_per_unit: 4"));
    Await.until("the change is seen", Duration.ofSeconds(20), () -> outcomes.size() > 2);
    assertThat(code("user", "ann")).isEqualTo(Code.OK);
    assertThat(code("user", "ann")).isEqualTo(Code.OVER_LIMIT);
  }

  @Test
  void aQuestionWithoutDomainOrDescriptorIsRefused() throws IOException {
    start(false);
    assertThatThrownBy(() -> ask(RateLimitRequest.getDefaultInstance()))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("domain is empty");
    assertThatThrownBy(() -> ask(request())).hasMessageContaining("no descriptor");
    assertThat(page("/healthcheck")).isEqualTo("OK\n");
  }
}
