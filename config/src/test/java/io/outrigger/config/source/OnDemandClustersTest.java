package io.outrigger.config.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemandCds;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.outrigger.config.YamlProto;
import io.outrigger.config.compile.Problem;
import io.outrigger.config.compile.Problems;
import org.junit.jupiter.api.Test;

class OnDemandClustersTest {
  private final Problems problems = new Problems();

  private OnDemandClusters http(String yaml) {
    return OnDemandClustersCompiler.compile(
        YamlProto.of(
            "envoy.extensions.filters.http.on_demand.v3.OnDemandCds", OnDemandCds.parser(), yaml),
        problems);
  }

  private OnDemandClusters tcp(String yaml) {
    return OnDemandClustersCompiler.compile(
        YamlProto.of(
                "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
                TcpProxy.parser(),
                "on_demand: " + yaml)
            .getOnDemand(),
        problems);
  }

  @Test
  void theTimeIsFiveSecondsForRequestsAndSixtyForConnections() {
    assertThat(http("source: {ads: {}}").timeoutMillis()).isEqualTo(5_000);
    assertThat(http("{source: {ads: {}}, timeout: 0.2s}").timeoutMillis()).isEqualTo(200);
    assertThat(tcp("{odcds_config: {ads: {}}}").timeoutMillis()).isEqualTo(60_000);
    assertThat(tcp("{odcds_config: {ads: {}}, timeout: 1s}").timeoutMillis()).isEqualTo(1_000);
    assertThat(tcp("{}")).isNull();
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void aSourceThatCannotBeAskedForOneClusterIsRefused() {
    http(
        "source: {api_config_source: {api_type: GRPC, grpc_services: [{envoy_grpc: {cluster_name: x}}]}}");
    http("{source: {ads: {}}, resources_locator: 'xdstp://x'}");
    tcp("{odcds_config: {self: {}}}");
    assertThat(problems.list())
        .extracting(Problem::fieldPath)
        .containsExactly("source", "resources_locator", "odcds_config");
    assertThat(problems.list().getFirst().toString()).contains("DELTA_GRPC can");
  }

  @Test
  void aFilterMustHaveASource() {
    http("{timeout: 1s}");
    assertThat(problems.list())
        .extracting(Problem::toString)
        .containsExactly("source: is required");
  }
}
