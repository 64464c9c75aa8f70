package io.outrigger.config.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.config.trace.v3.Tracing;
import io.envoyproxy.envoy.config.trace.v3.ZipkinConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.type.v3.Percent;
import io.outrigger.config.compile.Problem;
import io.outrigger.config.compile.Problems;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TracingCompilerTest {
  private static Percent percent(double value) {
    return Percent.newBuilder().setValue(value).build();
  }

  @Test
  void randomSamplingHasHundredthsOfAPercentTheOthersWholePercents() {
    Sampling sampling =
        TracingCompiler.compile(
                HttpConnectionManager.Tracing.newBuilder()
                    .setClientSampling(percent(1.9))
                    .setRandomSampling(percent(0.126))
                    .build(),
                new Problems())
            .sampling();

    assertThat(sampling.client().numerator()).isEqualTo(1);
    assertThat(sampling.random().numerator()).isEqualTo(13);
    assertThat(sampling.random().denominator()).isEqualTo(10_000);
    assertThat(sampling.overall().numerator()).isEqualTo(100);
  }

  @Test
  void whatAProviderLacksIsToldByItsPath() {
    Problems problems = new Problems();
    provider("envoy.config.trace.v3.ZipkinConfig", ZipkinConfig.newBuilder().build(), problems);
    provider("envoy.config.trace.v3.DatadogConfig", ZipkinConfig.newBuilder().build(), problems);

    assertThat(problems.list())
        .extracting(Problem::fieldPath)
        .containsExactly(
            "typed_config.collector_cluster",
            "typed_config.collector_endpoint",
            "typed_config.collector_endpoint_version",
            "typed_config");
  }

  @Test
  void withoutAServiceSpansGoNowhereAndThatIsSaid() {
    Problems problems = new Problems();

    assertThat(
            provider(
                "envoy.config.trace.v3.OpenTelemetryConfig",
                OpenTelemetryConfig.getDefaultInstance(),
                problems))
        .isNull();
    assertThat(problems.list()).hasSize(1);
    assertThat(problems.hasErrors()).isFalse();
  }

  @Test
  void theEnvironmentNamesResourceAttributes() {
    Map<String, String> resource = new LinkedHashMap<>(Map.of("service.name", "unknown"));
    Problems problems = new Problems();

    TracerCompiler.environment("service.name=s,team=a=b,,", resource, problems);

    assertThat(resource).isEqualTo(Map.of("service.name", "s", "team", "a=b"));
    assertThat(problems.list()).hasSize(1);
  }

  private static TracerConfig provider(
      String type, com.google.protobuf.MessageLite message, Problems problems) {
    return TracerCompiler.compile(
        Tracing.Http.newBuilder()
            .setTypedConfig(
                Any.newBuilder()
                    .setTypeUrl("type.googleapis.com/" + type)
                    .setValue(message.toByteString()))
            .build(),
        problems);
  }
}
