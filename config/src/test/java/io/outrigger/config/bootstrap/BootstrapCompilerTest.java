package io.outrigger.config.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.outrigger.config.YamlProto;
import io.outrigger.config.address.Address;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.compile.Problem;
import io.outrigger.config.runtime.RuntimeLayerConfig;
import io.outrigger.config.runtime.RuntimeValue;
import io.outrigger.config.source.ConfigSource;
import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BootstrapCompilerTest {
  private static final String LISTENER =
      """
        {name: %s, address: {socket_address: {address: 127.0.0.1, port_value: %d}}, filter_chains: [{filters: [{name: h, typed_config: {
         "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
         stat_prefix: p, route_config: {name: t, virtual_hosts: [{name: v, domains: ["*"], routes: [{match: {%s}, route: {cluster: %s}}]}]},
         http_filters: [{name: r, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]}}]}]}
      """;
  private static final String ADS =
      "{api_type: DELTA_GRPC, transport_api_version: V3, grpc_services: [{envoy_grpc:"
          + " {cluster_name: %s}}]}";

  @Test
  void compilesAStaticBootstrap() {
    BootstrapConfig config =
        YamlProto.value(
            compile(
                "admin: {address: {socket_address: {address: 127.0.0.1, port_value: 9901}}}\n"
                    + "static_resources: {clusters: [{name: a}], listeners: ["
                    + LISTENER.formatted("l", 80, "prefix: /", "a")
                    + "]}"));
    assertThat(config.listeners()).hasSize(1);
    assertThat(config.clusters()).hasSize(1);
    assertThat(config.admin()).isNotNull();
    assertThat(config.admin().address())
        .isEqualTo(new Address.Ip(InetAddress.ofLiteral("127.0.0.1"), 9901));
    assertThat(config.ads()).isNull();
    assertThat(config.stats().flushIntervalMillis()).isEqualTo(5000);
  }

  @Test
  void compilesADynamicBootstrap() {
    BootstrapConfig config =
        YamlProto.value(
            compile(
                "node: {id: i, cluster: c, locality: {region: r}}\n"
                    + "static_resources: {clusters: [{name: xds}]}\n"
                    + "dynamic_resources: {ads_config: "
                    + ADS.formatted("xds")
                    + ", cds_config: {ads: {}, initial_fetch_timeout: 0s}, lds_config: {ads: {}}}"));
    assertThat(config.ads()).isNotNull();
    assertThat(config.ads().delta()).isTrue();
    assertThat(config.ads().services().getFirst().cluster()).isEqualTo("xds");
    assertThat(config.cds()).isEqualTo(new ConfigSource.Ads(0));
    assertThat(config.node().locality().region()).isEqualTo("r");
  }

  @Test
  void flattensTheRuntimesStaticLayers() {
    Compiled<BootstrapConfig> compiled =
        compile(
            "layered_runtime: {layers: [{name: a, static_layer: {x: {y: 1, z: off}, re2.size: 7}},"
                + " {name: b, static_layer: {x.y: 2}}, {name: c, admin_layer: {}}]}");
    assertThat(YamlProto.value(compiled).runtime())
        .containsExactly(
            new RuntimeLayerConfig.Static(
                "a",
                Map.of(
                    "x.y", RuntimeValue.of("1"),
                    "x.z", RuntimeValue.of("false"),
                    "re2.size", RuntimeValue.of("7"))),
            new RuntimeLayerConfig.Static("b", Map.of("x.y", RuntimeValue.of("2"))),
            new RuntimeLayerConfig.Admin("c"));
    assertThat(compiled.warnings()).isEmpty();
  }

  @Test
  void pathsLeadToTheField() {
    Compiled<BootstrapConfig> compiled =
        compile(
            "static_resources: {clusters: [{name: a}], listeners: ["
                + LISTENER.formatted("l", 80, "prefix: /", "a")
                + ", "
                + LISTENER.formatted("m", 81, "safe_regex: {regex: '('}", "a")
                + "]}");
    assertThat(compiled.errors()).hasSize(1);
    assertThat(compiled.errors().getFirst().fieldPath())
        .isEqualTo(
            "static_resources.listeners[1].filter_chains[0].filters[0].typed_config.route_config"
                + ".virtual_hosts[0].routes[0].match.safe_regex.regex");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "static_resources: {clusters: [{name: a}, {name: a}]}; static_resources.clusters[1].name;"
            + " duplicate cluster 'a'",
        "static_resources: {clusters: [{name: a}], listeners: [LISTENER, LISTENER]};"
            + " static_resources.listeners[1].address; duplicate address '127.0.0.1:80'",
        "static_resources: {listeners: [LISTENER]};"
            + " static_resources.listeners[0].filter_chains[0].filters[0].typed_config.route_config;"
            + " unknown cluster 'a'",
        "{node: {id: i, cluster: c}, dynamic_resources: {ads_config: ADS}};"
            + " dynamic_resources.ads_config.grpc_services[0].envoy_grpc.cluster_name; unknown gRPC"
            + " cluster: 'a'",
        "{static_resources: {clusters: [{name: a}]}, dynamic_resources: {ads_config: ADS}}; node;"
            + " 'id' and 'cluster' are required",
        "{node: {id: i, cluster: c}, dynamic_resources: {cds_config: {ads: {}}}};"
            + " dynamic_resources.cds_config.ads; needs ads_config",
        "{cluster_manager: {load_stats_config: ADS}};"
            + " cluster_manager.load_stats_config.grpc_services[0].envoy_grpc.cluster_name; unknown"
            + " gRPC cluster: 'a'",
        "layered_runtime: {layers: [{name: a, static_layer: {}}, {name: a, static_layer: {}}]};"
            + " layered_runtime.layers[1].name; Duplicate",
      })
  void refusesWithTheFieldsPath(String yaml, String path, String message) {
    Compiled<BootstrapConfig> compiled =
        compile(
            yaml.replace("LISTENER", LISTENER.formatted("l", 80, "prefix: /", "a").strip())
                .replace("ADS", ADS.formatted("a")));
    assertThat(compiled.value()).isNull();
    assertThat(compiled.errors())
        .anySatisfy(
            problem -> {
              assertThat(problem.fieldPath()).isEqualTo(path);
              assertThat(problem.message()).contains(message);
            });
  }

  @Test
  void whatHasNoEffectIsTold() {
    Compiled<BootstrapConfig> compiled =
        compile(
            "{flags_path: /etc/flags, use_tcp_for_dns_lookups: true, deferred_stat_options: {}}");
    assertThat(compiled.warnings())
        .extracting(Problem::fieldPath)
        .containsExactlyInAnyOrder(
            "flags_path", "use_tcp_for_dns_lookups", "deferred_stat_options");
  }

  private static Compiled<BootstrapConfig> compile(String yaml) {
    return BootstrapCompiler.compile(
        YamlProto.of("envoy.config.bootstrap.v3.Bootstrap", Bootstrap.parser(), yaml));
  }
}
