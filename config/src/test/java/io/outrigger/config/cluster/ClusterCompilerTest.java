package io.outrigger.config.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.outrigger.config.YamlProto;
import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.UpstreamHttpOptions.ProtocolChoice;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.protocol.Http2Options;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.tcp.TcpStatsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterCompilerTest {
  private static final String HTTP =
      "typed_extension_protocol_options:"
          + " {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {'@type':"
          + " type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, ";

  @Test
  void fillsEnvoysDefaultsIn() {
    ClusterConfig cluster = YamlProto.value(compile("name: a"));
    assertThat(cluster.discovery()).isEqualTo(new Discovery.Static());
    assertThat(cluster.connectTimeoutMillis()).isEqualTo(5000);
    assertThat(cluster.lbPolicy()).isEqualTo(new LbPolicy.RoundRobin(null));
    assertThat(cluster.circuitBreakers().defaultPriority().maxConnections()).isEqualTo(1024);
    assertThat(cluster.circuitBreakers().highPriority().maxRetries()).isEqualTo(3);
    assertThat(cluster.commonLb().healthyPanicThreshold()).isEqualTo(50);
    assertThat(cluster.http().protocol()).isEqualTo(ProtocolChoice.HTTP1);
    assertThat(cluster.http().http2()).isEqualTo(Http2Options.DEFAULT);
    assertThat(cluster.http().common().idleTimeoutMillis()).isEqualTo(3_600_000);
    assertThat(cluster.transport()).isEqualTo(new UpstreamTransport.Raw());
    assertThat(cluster.tcpIdleTimeoutMillis()).isEqualTo(600_000);
    assertThat(cluster.outlierDetection()).isNull();
    assertThat(cluster.statName()).isEqualTo("a");
  }

  @Test
  void compilesAnAggregateWithThePolicyThatItProvides() {
    String type =
        "cluster_type: {name: envoy.clusters.aggregate, typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig,"
            + " clusters: [x, z]}}";
    assertThat(discovery("lb_policy: CLUSTER_PROVIDED, " + type))
        .isEqualTo(new Discovery.Aggregate(java.util.List.of("x", "z")));
    assertThat(compile("name: a, " + type).problems().toString())
        .contains("ROUND_ROBIN is not valid for Cluster type envoy.clusters.aggregate");
  }

  /** A cluster of this type with an endpoint of two addresses. */
  private static String twoAddresses(String type) {
    return compile(
            "name: a, type: "
                + type
                + ", load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [{endpoint:"
                + " {address: {socket_address: {address: 127.0.0.1, port_value: 1}},"
                + " additional_addresses: [{address: {socket_address: {address: '::1', port_value:"
                + " 1}}}]}}]}]}")
        .problems()
        .toString();
  }

  @Test
  void additionalAddressesAreForThoseThatAskNoDns() {
    assertThat(twoAddresses("STATIC")).doesNotContain("additional_addresses");
    for (String type : java.util.List.of("STRICT_DNS", "LOGICAL_DNS")) {
      assertThat(twoAddresses(type))
          .contains("load_assignment.endpoints[0].lb_endpoints[0].endpoint.additional_addresses");
    }
  }

  /** The ALPN of a cluster that offers Istio's exchange of metadata, with these filters. */
  private static java.util.List<String> exchange(String filters) {
    Compiled<ClusterConfig> compiled =
        compile(
            "name: a, filters: ["
                + filters
                + "], transport_socket: {name: tls, typed_config: {'@type':"
                + " type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext,"
                + " common_tls_context: {alpn_protocols: [istio-peer-exchange, istio]}}}");
    return ((UpstreamTransport.Tls) compiled.value().transport()).tls().common().alpnProtocols();
  }

  private static String exchangeFilter(String fields) {
    return "{name: x, typed_config: {'@type': type.googleapis.com/udpa.type.v1.TypedStruct,"
        + " type_url: type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange,"
        + " value: {"
        + fields
        + "}}}";
  }

  @Test
  void peersAreOfferedMetadataWhereAFilterReadsTheirs() {
    String filter = exchangeFilter("protocol: istio-peer-exchange");
    assertThat(exchange(filter)).containsExactly("istio-peer-exchange", "istio");
    assertThat(exchange("")).containsExactly("istio");
    assertThat(compile("name: a, filters: [" + filter + "]").value().peerExchange())
        .isEqualTo("istio-peer-exchange");
    assertThat(compile("name: a").value().peerExchange()).isNull();
    assertThat(compile("name: a, filters: [" + exchangeFilter("") + "]").problems().toString())
        .contains("filters[0].typed_config.protocol");
  }

  @Test
  void compilesHappyEyeballs() {
    String options = "name: a, upstream_connection_options: {happy_eyeballs_config: {%s}}";
    assertThat(compile("name: a").value().happyEyeballs()).isEqualTo(HappyEyeballs.DEFAULT);
    assertThat(compile(options.formatted("")).value().happyEyeballs())
        .isEqualTo(HappyEyeballs.DEFAULT);
    assertThat(
            compile(
                    options.formatted(
                        "first_address_family_version: V6, first_address_family_count: 3"))
                .value()
                .happyEyeballs())
        .isEqualTo(new HappyEyeballs(HappyEyeballs.First.V6, 3));
    assertThat(compile(options.formatted("first_address_family_count: 0")).problems().toString())
        .contains("upstream_connection_options.happy_eyeballs_config.first_address_family_count");
  }

  @Test
  void compilesEveryDiscovery() {
    assertThat(discovery("type: EDS, eds_cluster_config: {eds_config: {ads: {}}}"))
        .isEqualTo(new Discovery.Eds(new ConfigSource.Ads(15_000), "a"));
    assertThat(
            discovery(
                "type: EDS, eds_cluster_config: {service_name: s, eds_config: {ads: {},"
                    + " initial_fetch_timeout: 0s}}"))
        .isEqualTo(new Discovery.Eds(new ConfigSource.Ads(0), "s"));
    assertThat(discovery("type: ORIGINAL_DST, lb_policy: CLUSTER_PROVIDED"))
        .isEqualTo(new Discovery.OriginalDst(null, 0, 5000));
    assertThat(discovery("type: STRICT_DNS, respect_dns_ttl: true, dns_lookup_family: V4_ONLY"))
        .isEqualTo(
            new Discovery.StrictDns(
                new Discovery.DnsOptions(
                    5000, 0, 0, true, Discovery.LookupFamily.V4_ONLY, 0, DnsResolverConfig.DNS)));
    assertThat(
            discovery(
                "cluster_type: {name: envoy.cluster.dns, typed_config: {'@type':"
                    + " type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster,"
                    + " dns_refresh_rate: 2s}}"))
        .isEqualTo(
            new Discovery.StrictDns(
                new Discovery.DnsOptions(
                    2000, 0, 0, false, Discovery.LookupFamily.AUTO, 0, DnsResolverConfig.SYSTEM)));
  }

  private static Discovery discovery(String fields) {
    return YamlProto.value(compile("name: a, " + fields)).discovery();
  }

  @Test
  void choosesTheProtocol() {
    assertThat(protocol("http2_protocol_options: {}")).isEqualTo(ProtocolChoice.HTTP2);
    assertThat(protocol("protocol_selection: USE_DOWNSTREAM_PROTOCOL"))
        .isEqualTo(ProtocolChoice.USE_DOWNSTREAM);
    assertThat(protocol(HTTP + "explicit_http_config: {http2_protocol_options: {}}}}"))
        .isEqualTo(ProtocolChoice.HTTP2);
    assertThat(protocol(HTTP + "use_downstream_protocol_config: {}}}"))
        .isEqualTo(ProtocolChoice.USE_DOWNSTREAM);
  }

  private static ProtocolChoice protocol(String fields) {
    return YamlProto.value(compile("name: a, " + fields)).http().protocol();
  }

  @Test
  void theFirstKnownPolicyOfTheListIsUsed() {
    Compiled<ClusterConfig> compiled =
        compile(
            "name: a, lb_policy: RANDOM, load_balancing_policy: {policies:"
                + " [{typed_extension_config: {name: x, typed_config: {'@type':"
                + " type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}},"
                + " {typed_extension_config: {name: y, typed_config: {'@type':"
                + " type.googleapis.com/envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest,"
                + " choice_count: 3, locality_lb_config: {locality_weighted_lb_config: {}}}}}]}");
    ClusterConfig cluster = YamlProto.value(compiled);
    assertThat(cluster.lbPolicy()).isEqualTo(new LbPolicy.LeastRequest(3, 1.0, null));
    assertThat(cluster.commonLb().localityWeighted()).isTrue();
    assertThat(compiled.warnings()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "connect_timeout: 0s; connect_timeout; more than 0",
        "type: EDS; eds_cluster_config.eds_config; without an EDS config",
        "type: ORIGINAL_DST; lb_policy; Only 'CLUSTER_PROVIDED'",
        "lb_policy: CLUSTER_PROVIDED; lb_policy; cannot be used with this cluster type",
        "cluster_type: {name: redis}; cluster_type; 'redis' is not supported",
        "load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [{endpoint: {address:"
            + " {socket_address: {address: h, port_value: 1}}}}]}]};"
            + " load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.address;"
            + " malformed IP address: 'h'",
        "type: LOGICAL_DNS, load_assignment: {cluster_name: a}; load_assignment; single"
            + " lb_endpoint",
        "lb_policy: MAGLEV, maglev_lb_config: {table_size: 100}; maglev_lb_config.table_size;"
            + " prime",
        "outlier_detection: {base_ejection_time: 9s, max_ejection_time: 1s};"
            + " outlier_detection.max_ejection_time; smaller than base_ejection_time",
        "health_checks: [{timeout: 1s, interval: 1s, healthy_threshold: 1, unhealthy_threshold: 1,"
            + " http_health_check: {path: /, expected_statuses: [{start: 9, end: 200}]}}];"
            + " health_checks[0].http_health_check.expected_statuses[0]; start >= 100",
        "transport_socket: {name: t, typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors}};"
            + " transport_socket.typed_config; UpstreamTlsContext",
        "transport_socket: {name: t, typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.transport_sockets.tcp_stats.v3.Config}};"
            + " transport_socket.typed_config.transport_socket; required",
        "transport_socket: {name: t, typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.transport_sockets.tcp_stats.v3.Config,"
            + " update_period: 0.0005s, transport_socket: {name: t, typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer}}}};"
            + " transport_socket.typed_config.update_period; 0.001s",
        "transport_socket: {name: t, typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.transport_sockets.http_11_proxy.v3.Http11ProxyUpstreamTransport,"
            + " transport_socket: {name: t, typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors}}}};"
            + " transport_socket.typed_config.transport_socket.typed_config; Http11Proxy",
        "load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [{endpoint: {address:"
            + " {socket_address: {address: 1.2.3.4, port_value: 1}}}, metadata:"
            + " {typed_filter_metadata: {envoy.http11_proxy_transport_socket.proxy_address: {'@type':"
            + " type.googleapis.com/envoy.config.core.v3.Address, socket_address: {address: h,"
            + " port_value: 1}}}}}]}]};"
            + " load_assignment.endpoints[0].lb_endpoints[0].metadata.typed_filter_metadata[\"envoy.http11_proxy_transport_socket.proxy_address\"].socket_address.address;"
            + " malformed IP address: 'h'",
        "load_assignment: {cluster_name: a, endpoints: [{metadata: {typed_filter_metadata:"
            + " {envoy.http11_proxy_transport_socket.proxy_address: {'@type':"
            + " type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig}}}}]};"
            + " load_assignment.endpoints[0].metadata.typed_filter_metadata[\"envoy.http11_proxy_transport_socket.proxy_address\"];"
            + " envoy.config.core.v3.Address is allowed",
      })
  void refusesWithTheFieldsPath(String fields, String path, String message) {
    Compiled<ClusterConfig> compiled = compile("name: a, " + fields);
    assertThat(compiled.value()).isNull();
    assertThat(compiled.errors())
        .anySatisfy(
            problem -> {
              assertThat(problem.fieldPath()).isEqualTo(path);
              assertThat(problem.message()).contains(message);
            });
  }

  @Test
  void autoNeedsAlpn() {
    Compiled<ClusterConfig> compiled = compile("name: a, " + HTTP + "auto_config: {}}}");
    assertThat(compiled.errors()).hasSize(1);
    assertThat(compiled.errors().getFirst().fieldPath())
        .endsWith("HttpProtocolOptions\"].auto_config");
  }

  @Test
  void transportsWrapEachOther() {
    String type = "{name: t, typed_config: {'@type': type.googleapis.com/envoy.extensions.";
    ClusterConfig cluster =
        YamlProto.value(
            compile(
                "name: a, transport_socket: "
                    + type
                    + "transport_sockets.tcp_stats.v3.Config, update_period: 2s, transport_socket: "
                    + type
                    + "transport_sockets.http_11_proxy.v3.Http11ProxyUpstreamTransport,"
                    + " transport_socket: "
                    + type
                    + "transport_sockets.tls.v3.UpstreamTlsContext, sni: s}}}}}}"));
    assertThat(cluster.transport().tcpStats()).isEqualTo(new TcpStatsConfig(2000));
    assertThat(cluster.transport().asksHttpProxy()).isTrue();
    assertThat(cluster.transport().isTls()).isTrue();
    assertThat(cluster.transport().proxyProtocol()).isNull();
  }

  @Test
  void anEndpointsProxyGoesBeforeItsLocalitys() {
    String proxy =
        "metadata: {typed_filter_metadata: {envoy.http11_proxy_transport_socket.proxy_address:"
            + " {'@type': type.googleapis.com/envoy.config.core.v3.Address, socket_address:"
            + " {address: 1.1.1.1, port_value: PORT}}}}";
    String address = "endpoint: {address: {socket_address: {address: 1.2.3.4, port_value: 1}}}";
    ClusterConfig cluster =
        YamlProto.value(
            compile(
                "name: a, load_assignment: {cluster_name: a, endpoints: [{"
                    + proxy.replace("PORT", "1")
                    + ", lb_endpoints: [{"
                    + address
                    + "}, {"
                    + address
                    + ", "
                    + proxy.replace("PORT", "2")
                    + "}]}, {lb_endpoints: [{"
                    + address
                    + "}]}]}"));
    assertThat(cluster.endpoints().localities())
        .flatExtracting(LocalityEndpoints::endpoints)
        .extracting(endpoint -> String.valueOf(endpoint.httpProxy()))
        .containsExactly("1.1.1.1:1", "1.1.1.1:2", "null");
  }

  @Test
  void compilesEndpoints() {
    ClusterConfig cluster =
        YamlProto.value(
            compile(
                """
                name: a
                type: STRICT_DNS
                load_assignment:
                  cluster_name: a
                  policy: {overprovisioning_factor: 100}
                  endpoints:
                  - priority: 1
                    locality: {region: r, zone: z}
                    load_balancing_weight: 7
                    lb_endpoints:
                    - load_balancing_weight: 3
                      health_status: DRAINING
                      metadata: {filter_metadata: {envoy.lb: {version: v1}}}
                      endpoint:
                        hostname: h
                        health_check_config: {port_value: 81}
                        address: {socket_address: {address: example.com, port_value: 80}}
                """));
    ClusterEndpoints endpoints = cluster.endpoints();
    assertThat(endpoints).isNotNull();
    assertThat(endpoints.overprovisioningFactor()).isEqualTo(100);
    LocalityEndpoints locality = endpoints.localities().getFirst();
    assertThat(locality.priority()).isEqualTo(1);
    assertThat(locality.weight()).isEqualTo(7);
    assertThat(locality.locality()).isEqualTo(new Locality("r", "z", ""));
    Endpoint endpoint = locality.endpoints().getFirst();
    assertThat(endpoint.address()).isEqualTo(new Address.Name("example.com", 80));
    assertThat(endpoint.healthCheckAddress()).isEqualTo(new Address.Name("example.com", 81));
    assertThat(endpoint.weight()).isEqualTo(3);
    assertThat(endpoint.health()).isEqualTo(Endpoint.HealthStatus.DRAINING);
    assertThat(endpoint.metadata().value("envoy.lb", "version"))
        .extracting(value -> value.getStringValue())
        .isEqualTo("v1");
  }

  private static Compiled<ClusterConfig> compile(String yaml) {
    return ClusterCompiler.compile(
        YamlProto.of(
            "envoy.config.cluster.v3.Cluster",
            Cluster.parser(),
            yaml.contains("\n") ? yaml : "{" + yaml + "}"));
  }
}
