package io.outrigger.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtoYamlTest {
  private static final String CLUSTER = "envoy.config.cluster.v3.Cluster";
  private static final String BOOTSTRAP = "envoy.config.bootstrap.v3.Bootstrap";
  private static final String HCM =
      "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

  private final List<SchemaProblem> problems = new ArrayList<>();

  private byte[] load(String message, String yaml) throws Exception {
    Node node = Objects.requireNonNull(Yaml.parse("f.yaml", yaml));
    return ProtoYaml.toWire(message, node, problems);
  }

  private List<String> texts() {
    return problems.stream().map(SchemaProblem::toString).toList();
  }

  /** The fields are those of src/build/unread.txt, within an Any, too. */
  @Test
  void warnsOfWhatNoCodeReads() throws Exception {
    load(
        CLUSTER,
        """
        name: a
        track_timeout_budgets: true
        typed_extension_protocol_options:
          envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
            "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
            header_validation_config: {name: v, typed_config: {"@type": type.googleapis.com/google.protobuf.Struct}}
            explicit_http_config: {http_protocol_options: {use_balsa_parser: true}}
        """);
    assertThat(problems).allMatch(SchemaProblem::warning);
    String noEffect = ": is not supported and has no effect";
    String key = "[\"envoy.extensions.upstreams.http.v3.HttpProtocolOptions\"]";
    assertThat(texts())
        .containsExactlyInAnyOrder(
            "f.yaml:2:24: track_timeout_budgets" + noEffect,
            "f.yaml:6:31: typed_extension_protocol_options"
                + key
                + ".header_validation_config"
                + noEffect);
  }

  @Test
  void readsBothSpellingsWrappersDurationsEnumsAndNumbersInQuotes() throws Exception {
    Cluster cluster =
        Cluster.parseFrom(
            load(
                CLUSTER,
                """
                name: a
                connectTimeout: 1.25s
                type: strict_dns
                lb_policy: 1
                per_connection_buffer_limit_bytes: "0x10"
                circuit_breakers: {thresholds: {max_requests: 7.0, max_retries: {value: 9}, track_remaining: yes}}
                """));
    assertThat(problems).isEmpty();
    assertThat(cluster.getConnectTimeout().getSeconds()).isEqualTo(1);
    assertThat(cluster.getConnectTimeout().getNanos()).isEqualTo(250_000_000);
    assertThat(cluster.getType()).isEqualTo(Cluster.DiscoveryType.STRICT_DNS);
    assertThat(cluster.getLbPolicy()).isEqualTo(Cluster.LbPolicy.LEAST_REQUEST);
    assertThat(cluster.getPerConnectionBufferLimitBytes().getValue()).isEqualTo(16);
    assertThat(cluster.getCircuitBreakers().getThresholds(0).getMaxRequests().getValue())
        .isEqualTo(7);
    assertThat(cluster.getCircuitBreakers().getThresholds(0).getMaxRetries().getValue())
        .isEqualTo(9);
    assertThat(cluster.getCircuitBreakers().getThresholds(0).getTrackRemaining()).isTrue();
  }

  @Test
  void readsJsonToo() throws Exception {
    Cluster cluster =
        Cluster.parseFrom(
            load(
                CLUSTER,
                "{\"name\": \"a\", \"connect_timeout\": {\"seconds\": 2}, \"metadata\":"
                    + " {\"filter_metadata\": {\"k\": {\"n\": 1.5, \"s\": \"x\", \"l\": [true, null]}}}}"));
    assertThat(problems).isEmpty();
    assertThat(cluster.getConnectTimeout().getSeconds()).isEqualTo(2);
    var struct = cluster.getMetadata().getFilterMetadataOrThrow("k");
    assertThat(struct.getFieldsOrThrow("n").getNumberValue()).isEqualTo(1.5);
    assertThat(struct.getFieldsOrThrow("l").getListValue().getValues(0).getBoolValue()).isTrue();
  }

  @Test
  void opensAnys() throws Exception {
    Bootstrap bootstrap =
        Bootstrap.parseFrom(
            load(
                BOOTSTRAP,
                """
                static_resources:
                  listeners:
                  - name: l
                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                    filter_chains:
                      filters:
                      - name: http
                        typed_config:
                          "@type": type.googleapis.com/%s
                          stat_prefix: in
                          route_config: {virtual_hosts: [{name: v, domains: "*"}]}
                """
                    .formatted(HCM)));
    assertThat(texts()).isEmpty();
    HttpConnectionManager hcm =
        HttpConnectionManager.parseFrom(
            bootstrap
                .getStaticResources()
                .getListeners(0)
                .getFilterChains(0)
                .getFilters(0)
                .getTypedConfig()
                .getValue());
    assertThat(hcm.getRouteConfig().getVirtualHosts(0).getDomains(0)).isEqualTo("*");
  }

  @Test
  void anUnknownFieldIsNamedWithItsPlaceAndTheNearestOne() throws Exception {
    load(CLUSTER, "name: a\nconect_timeout: 1s\n");
    assertThat(texts())
        .containsExactly(
            "f.yaml:2:1: conect_timeout: no such field in "
                + CLUSTER
                + "; did you mean \"connect_timeout\"?");
  }

  @ParameterizedTest
  @CsvSource({"5", "5m", "1e3s", "-1s", "1.0000000001s", "{seconds: x}"})
  void badDurationsAreRefused(String text) throws Exception {
    load(CLUSTER, "name: a\nconnect_timeout: " + text + "\n");
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).fieldPath()).isEqualTo("connect_timeout");
    assertThat(String.valueOf(problems.get(0).place())).isEqualTo("f.yaml:2:18");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: ''|name|must not be empty",
        "lb_policy: LEST_REQUEST|lb_policy|did you mean \"LEAST_REQUEST\"",
        "lb_policy: 77|lb_policy|must be one of",
        "type: EDS\\ncluster_type: {name: x}|cluster_type|cannot stand beside type",
        "upstream_bind_config: {source_address: {address: 1.2.3.4, port_value: 70000}}"
            + "|upstream_bind_config.source_address.port_value|at most 65535",
        "transport_socket: {name: x, typed_config: {'@type': a/b.C}}"
            + "|transport_socket.typed_config.@type|not one that Outrigger knows",
        "load_assignment: {endpoints: []}|load_assignment.cluster_name|required",
        "name: [a]|name|needs a value, found a list",
        "connect_timeout: 0s|connect_timeout|more than 0",
      })
  void whatDoesNotFitIsRefusedWithItsPath(String yaml, String path, String message)
      throws Exception {
    load(CLUSTER, (yaml.startsWith("name") ? "" : "name: a\n") + yaml.replace("\\n", "\n") + "\n");
    assertThat(problems).isNotEmpty();
    assertThat(problems.get(0).fieldPath()).isEqualTo(path);
    assertThat(problems.get(0).message()).contains(message);
  }

  @Test
  void aRequiredOneofThatIsUnsetIsNamed() throws Exception {
    load(
        "envoy.config.route.v3.RouteConfiguration",
        "virtual_hosts: [{name: v, domains: [a], routes: [{match: {prefix: /}}]}]");
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).fieldPath()).isEqualTo("virtual_hosts[0].routes[0]");
    assertThat(problems.get(0).message()).contains("route, redirect, direct_response");
  }

  @Test
  void jsonOfAMessageReadsBackAsTheSameBytes() throws Exception {
    byte[] wire =
        load(
            CLUSTER,
            """
            name: a
            connect_timeout: 0.250s
            type: EDS
            eds_cluster_config: {eds_config: {ads: {}, resource_api_version: V3}}
            circuit_breakers: {thresholds: [{max_requests: 0}]}
            metadata: {filter_metadata: {k: {n: 1, s: "2"}}}
            common_lb_config: {healthy_panic_threshold: {value: 12.5}}
            """);
    String json = ProtoJson.toJson(CLUSTER, wire);
    assertThat(json).contains("\"connect_timeout\": \"0.250s\"").contains("\"type\": \"EDS\"");
    assertThat(Cluster.parseFrom(load(CLUSTER, json))).isEqualTo(Cluster.parseFrom(wire));
    assertThat(problems).isEmpty();
  }

  @Test
  void secretsAreRedacted() throws Exception {
    byte[] wire =
        load(
            "envoy.extensions.transport_sockets.tls.v3.Secret",
            "{name: s, tls_certificate: {private_key: {inline_string: hush}}}");
    assertThat(ProtoJson.toJson("envoy.extensions.transport_sockets.tls.v3.Secret", wire))
        .contains("[redacted]")
        .doesNotContain("hush");
  }
}
