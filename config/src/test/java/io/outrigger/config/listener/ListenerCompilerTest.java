package io.outrigger.config.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.outrigger.config.YamlProto;
import io.outrigger.config.address.Address;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.compile.Problem;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenerCompilerTest {
  private static final String TYPE = "type.googleapis.com/envoy.extensions.filters.network.";
  private static final String TCP =
      "{name: t, typed_config: {'@type': "
          + TYPE
          + "tcp_proxy.v3.TcpProxy, stat_prefix: t,"
          + " cluster: a}}";
  private static final String ADDRESS =
      "address: {socket_address: {address: 127.0.0.1, port_value: 0}}";

  /** The listener's fields beside its address; the path of the problem; a piece of the message. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "filter_chains: []; filter_chains; no filter chains specified",
        "filter_chains: [{filters: [TCP, TCP]}]; filter_chains[0].filters[0]; must be the last",
        "filter_chains: [{filters: [{name: x}]}]; filter_chains[0].filters[0].typed_config; name"
            + " alone is not enough",
        "filter_chains: [{filters: [TCP], filter_chain_match: {server_names: ['*a.com']}}];"
            + " filter_chains[0].filter_chain_match.server_names[0]; partial wildcards",
        "filter_chains: [{filters: [TCP], filter_chain_match: {prefix_ranges: [{address_prefix:"
            + " 10.0}]}}]; filter_chains[0].filter_chain_match.prefix_ranges[0].address_prefix;"
            + " '10.0'",
        "filter_chains: [{filters: [TCP], filter_chain_match: {destination_port: 1}}, {filters:"
            + " [TCP], filter_chain_match: {destination_port: 1}}];"
            + " filter_chains[1].filter_chain_match; same matching rules",
        "filter_chains: [{filters: [TCP], filter_chain_match: {prefix_ranges: [{address_prefix:"
            + " 10.0.0.0, prefix_len: 8}]}}, {filters: [TCP], filter_chain_match: {prefix_ranges:"
            + " [{address_prefix: 10.1.0.0, prefix_len: 8}, {address_prefix: 11.0.0.0, prefix_len:"
            + " 8}]}}]; filter_chains[1].filter_chain_match; overlapping",
        "filter_chains: [{filters: [TCP], transport_socket: {name: t, typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext}}}];"
            + " filter_chains[0].transport_socket.typed_config; DownstreamTlsContext, RawBuffer and"
            + " tcp_stats.v3.Config are",
        "filter_chains: [{filters: [TCP], transport_socket: {name: t, typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.transport_sockets.tcp_stats.v3.Config,"
            + " transport_socket: {name: t, typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors}}}}}];"
            + " filter_chains[0].transport_socket.typed_config.transport_socket.typed_config;"
            + " is not supported; DownstreamTlsContext",
        "filter_chains: [{filters: [TCP], transport_socket: {name: t, typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.transport_sockets.tcp_stats.v3.Config}}}];"
            + " filter_chains[0].transport_socket.typed_config.transport_socket; required",
        "filter_chains: [{filters: [TCP]}], udp_listener_config: {}; udp_listener_config; not"
            + " supported",
        "filter_chains: [{filters: [TCP]}], listener_filters: [{name: a}];"
            + " listener_filters[0].typed_config; name alone is not enough",
      })
  void refusesWithTheFieldsPath(String fields, String path, String message) {
    Compiled<ListenerConfig> compiled = compile(ADDRESS + ", " + fields.replace("TCP", TCP));
    assertThat(compiled.value()).isNull();
    assertThat(compiled.errors())
        .anySatisfy(
            problem -> {
              assertThat(problem.fieldPath()).isEqualTo(path);
              assertThat(problem.message()).contains(message);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{socket_address: {address: localhost, port_value: 1}}; address.socket_address.address;"
            + " malformed IP address: 'localhost'",
        "{socket_address: {address: 127.1, port_value: 1}}; address.socket_address.address;"
            + " malformed IP address: '127.1'",
        "{socket_address: {address: '::1'}}; address.socket_address; one of",
        "{socket_address: {address: '::1', port_value: 1, protocol: UDP}};"
            + " address.socket_address.protocol; UDP",
        "{pipe: {path: ''}}; address.pipe.path; empty",
      })
  void refusesAddresses(String address, String path, String message) {
    Compiled<ListenerConfig> compiled =
        compile("address: " + address + ", filter_chains: [{filters: [" + TCP + "]}]");
    assertThat(compiled.errors())
        .anySatisfy(
            problem -> {
              assertThat(problem.fieldPath()).isEqualTo(path);
              assertThat(problem.message()).contains(message);
            });
  }

  @Test
  void fillsEnvoysDefaultsIn() {
    ListenerConfig listener =
        YamlProto.value(compile(ADDRESS + ", filter_chains: [{filters: [" + TCP + "]}]"));
    assertThat(listener.name()).isEqualTo("127.0.0.1:0");
    assertThat(listener.address()).isEqualTo(new Address.Ip(InetAddress.ofLiteral("127.0.0.1"), 0));
    assertThat(listener.bindToPort()).isTrue();
    assertThat(listener.reusePort()).isTrue();
    assertThat(listener.listenerFiltersTimeoutMillis()).isEqualTo(15_000);
    assertThat(listener.perConnectionBufferLimitBytes()).isEqualTo(1 << 20);
    assertThat(listener.listenerFilters()).isEmpty();
    assertThat(listener.referencedClusters()).containsExactly("a");
  }

  @Test
  void addsTheInspectorsThatItsFieldsNeed() {
    Compiled<ListenerConfig> compiled =
        compile(
            ADDRESS
                + ", use_original_dst: true, bind_to_port: false, filter_chains: [{filters: ["
                + TCP
                + "], filter_chain_match: {server_names: [a.com]}}]");
    ListenerConfig listener = YamlProto.value(compiled);
    assertThat(listener.bindToPort()).isFalse();
    assertThat(listener.listenerFilters())
        .extracting(ListenerFilter::config)
        .hasExactlyElementsOfTypes(
            ListenerFilterConfig.OriginalDst.class, ListenerFilterConfig.TlsInspector.class);
    assertThat(compiled.warnings())
        .extracting(Problem::fieldPath)
        .containsExactly("listener_filters");
  }

  @Test
  void switchesListenerFiltersOffByPort() {
    ListenerConfig listener =
        YamlProto.value(
            compile(
                ADDRESS
                    + ", filter_chains: [{filters: ["
                    + TCP
                    + "]}], listener_filters: [{name: h, filter_disabled: {or_match: {rules:"
                    + " [{destination_port_range: {start: 80, end: 90}}, {not_match:"
                    + " {destination_port_range: {start: 1, end: 1000}}}]}}, typed_config: {'@type':"
                    + " type.googleapis.com/envoy.extensions.filters.listener.http_inspector.v3.HttpInspector}}]"));
    ListenerFilter filter = listener.listenerFilters().getFirst();
    assertThat(filter.appliesTo(79)).isTrue();
    assertThat(filter.appliesTo(80)).isFalse();
    assertThat(filter.appliesTo(90)).isTrue();
    assertThat(filter.appliesTo(1000)).isFalse();
  }

  @Test
  void aRateLimitOfConnectionsNeedsSomethingToAskAbout() {
    String limit =
        "{name: l, typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.filters.network.ratelimit.v3.RateLimit,"
            + " stat_prefix: s, domain: d, rate_limit_service: {grpc_service: {envoy_grpc:"
            + " {cluster_name: a}}}, descriptors: [{entries: [%s]}]}}, ";
    String chains = ADDRESS + ", filter_chains: [{filters: [" + limit + TCP + "]}]";
    assertThat(compile(chains.formatted("{key: k, value: '%UNKNOWN%'}, {key: k}")).problems())
        .extracting(Problem::fieldPath)
        .allMatch(path -> path.contains("descriptors[0].entries["))
        .hasSize(2);
    assertThat(
            YamlProto.value(compile(chains.formatted("{key: k, value: '%PROTOCOL%'}")))
                .filterChains()
                .getFirst()
                .networkFilters()
                .getFirst()
                .config())
        .isInstanceOf(NetworkFilterConfig.RateLimit.class);
  }

  @Test
  void takesIstiosOwnFiltersAsStructs() {
    Compiled<ListenerConfig> compiled =
        compile(
            ADDRESS
                + ", filter_chains: [{filters: [{name: istio.metadata_exchange, typed_config:"
                + " {'@type': type.googleapis.com/udpa.type.v1.TypedStruct, type_url:"
                + " type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange, value:"
                + " {protocol: istio-peer-exchange}}}, "
                + TCP
                + "]}]");
    ListenerConfig listener = YamlProto.value(compiled);
    assertThat(listener.filterChains().getFirst().networkFilters().getFirst().config())
        .isEqualTo(new NetworkFilterConfig.PeerExchange("istio-peer-exchange"));
    assertThat(YamlProto.warnings(compiled)).isEmpty();
  }

  private static Compiled<ListenerConfig> compile(String fields) {
    return ListenerCompiler.compile(
        YamlProto.of("envoy.config.listener.v3.Listener", Listener.parser(), "{" + fields + "}"));
  }
}
