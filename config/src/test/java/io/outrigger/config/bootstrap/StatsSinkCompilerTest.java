package io.outrigger.config.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.outrigger.config.YamlProto;
import io.outrigger.config.compile.Compiled;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatsSinkCompilerTest {
  private static final String TYPE = "typed_config: {'@type': type.googleapis.com/";

  @Test
  void compilesDatagramsAndFlushesOnAdmin() {
    Compiled<BootstrapConfig> compiled =
        compile(
            "stats_flush_on_admin: true\nstats_sinks: [{name: d, "
                + TYPE
                + "envoy.config.metrics.v3.DogStatsdSink, address: {socket_address: {protocol:"
                + " UDP, address: 127.0.0.1, port_value: 9}}, max_bytes_per_datagram: 512}}]");
    assertThat(compiled.problems()).isEmpty();
    StatsOptions stats = compiled.value().stats();
    assertThat(stats.flushOnAdmin()).isTrue();
    assertThat(stats.sinks()).hasSize(1);
    StatsSink.Statsd sink = (StatsSink.Statsd) stats.sinks().getFirst();
    assertThat(sink.prefix()).isEqualTo("envoy");
    assertThat(sink.mostBytes()).isEqualTo(512);
    assertThat(sink.tags()).isEqualTo(StatsSink.TagStyle.DATADOG);
  }

  @Test
  void refusesWhatCanNotBeReached() {
    assertThat(
            problems(
                "stats_sinks: [{name: t, "
                    + TYPE
                    + "envoy.config.metrics.v3.StatsdSink, tcp_cluster_name: nowhere}}]"))
        .containsExactly("stats_sinks: unknown cluster 'nowhere'");
    assertThat(
            problems(
                "stats_sinks: [{name: p, "
                    + TYPE
                    + "envoy.config.metrics.v3.StatsdSink, address: {pipe: {path: /x}}}}]"))
        .containsExactly(
            "stats_sinks[0].typed_config.address: is no IP address; datagrams go to an IP address"
                + " and port");
  }

  private static List<String> problems(String yaml) {
    return compile(yaml).problems().stream()
        .map(problem -> problem.fieldPath() + ": " + problem.message())
        .toList();
  }

  private static Compiled<BootstrapConfig> compile(String yaml) {
    return BootstrapCompiler.compile(
        YamlProto.of("envoy.config.bootstrap.v3.Bootstrap", Bootstrap.parser(), yaml));
  }
}
