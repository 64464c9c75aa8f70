package io.outrigger.config.hcm;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.outrigger.config.YamlProto;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.RouterConfig;
import io.outrigger.config.protocol.CommonHttpOptions;
import io.outrigger.config.protocol.Http1Options;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpConnectionManagerCompilerTest {
  private static final String FILTERS = "type.googleapis.com/envoy.extensions.filters.http.";
  private static final String ROUTER =
      "{name: r, typed_config: {'@type': " + FILTERS + "router.v3.Router}}";
  private static final String FAULT =
      "{name: f, typed_config: {'@type': " + FILTERS + "fault.v3.HTTPFault}}";
  private static final String ROUTES = "route_config: {name: t}";

  @Test
  void fillsEnvoysDefaultsIn() {
    HttpConnectionManagerConfig hcm =
        value("stat_prefix: p, " + ROUTES + ", http_filters: [" + ROUTER + "]");
    assertThat(hcm.timeouts()).isEqualTo(new HcmTimeouts(300_000, 300_000, 0, 0, 5000, 1000));
    assertThat(hcm.maxRequestHeadersKb()).isEqualTo(60);
    assertThat(hcm.serverName()).isEqualTo("envoy");
    assertThat(hcm.common()).isEqualTo(CommonHttpOptions.DEFAULT);
    assertThat(hcm.http1()).isEqualTo(Http1Options.DEFAULT);
    assertThat(hcm.requestId()).isEqualTo(new RequestIdOptions(true, false, false, true, true));
    assertThat(hcm.path())
        .isEqualTo(
            new PathNormalization(false, false, PathNormalization.EscapedSlashes.KEEP_UNCHANGED));
    assertThat(hcm.httpFilters())
        .extracting(HttpFilterConfig::config)
        .containsExactly(RouterConfig.DEFAULT);
    assertThat(hcm.routes()).isInstanceOf(RouteSource.Inline.class);
  }

  @Test
  void noAddressIsInternalUnlessConfigured() {
    InetAddress ten = InetAddress.ofLiteral("10.1.2.3");
    assertThat(value("stat_prefix: p, " + ROUTES).remoteAddress().isInternal(ten)).isFalse();
    RemoteAddressOptions configured =
        value(
                "stat_prefix: p, "
                    + ROUTES
                    + ", internal_address_config: {unix_sockets: true, cidr_ranges:"
                    + " [{address_prefix: 10.0.0.0, prefix_len: 8}]}")
            .remoteAddress();
    assertThat(configured.isInternal(ten)).isTrue();
    assertThat(configured.isInternal(InetAddress.ofLiteral("127.0.0.1"))).isFalse();
    assertThat(configured.isInternal(null)).isTrue();
  }

  @Test
  void anInvalidMessagesEffectIsInheritedByTheCodecs() {
    HttpConnectionManagerConfig hcm =
        value(
            "stat_prefix: p, "
                + ROUTES
                + ", stream_error_on_invalid_http_message: true, http2_protocol_options:"
                + " {override_stream_error_on_invalid_http_message: false}");
    assertThat(hcm.http1().streamErrorOnInvalidHttpMessage()).isTrue();
    assertThat(hcm.http2().streamErrorOnInvalidHttpMessage()).isFalse();
  }

  @Test
  void compilesUpgrades() {
    HttpConnectionManagerConfig hcm =
        value(
            "stat_prefix: p, "
                + ROUTES
                + ", upgrade_configs: [{upgrade_type: WebSocket}, {upgrade_type: CONNECT, enabled:"
                + " false}]");
    assertThat(hcm.upgrades()).containsOnlyKeys("websocket", "connect");
    assertThat(hcm.upgrades().get("websocket").enabled()).isTrue();
    assertThat(hcm.upgrades().get("connect").enabled()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "ROUTES; stat_prefix; empty",
        "stat_prefix: p; ``; one of rds, route_config",
        "stat_prefix: p, ROUTES, upgrade_configs: [{upgrade_type: CONNECT, filters: [FAULT,"
            + " ROUTER]}]; upgrade_configs[0].filters; not supported",
        "stat_prefix: p, ROUTES, codec_type: HTTP3; codec_type; HTTP3 is not supported",
        "stat_prefix: p, ROUTES, http_filters: [ROUTER, FAULT]; http_filters[0]; must be the last",
        "stat_prefix: p, ROUTES, http_filters: [ROUTER, FAULT]; http_filters[1]; non-terminal",
        "stat_prefix: p, ROUTES, http_filters: [{name: envoy.filters.http.router}];"
            + " http_filters[0].typed_config; name alone is not enough",
        "stat_prefix: p, rds: {route_config_name: x}; rds.config_source; is required",
        "stat_prefix: p, scoped_routes: {name: x, scoped_rds: {}}; scoped_routes.scoped_rds.scoped_rds_config_source; is required",
        "stat_prefix: p, ROUTES, strip_matching_host_port: true, strip_any_host_port: true;"
            + " strip_any_host_port; Only one",
        "stat_prefix: p, ROUTES, upgrade_configs: [{upgrade_type: a}, {upgrade_type: A}];"
            + " upgrade_configs[1].upgrade_type; same name",
        "stat_prefix: p, ROUTES, local_reply_config: {mappers: [{filter: {header_filter: {header:"
            + " {name: a, string_match: {safe_regex: {regex: '('}}}}}}]};"
            + " local_reply_config.mappers[0].filter.header_filter.header.string_match.safe_regex.regex;"
            + " '('",
      })
  void refusesWithTheFieldsPath(String fields, String path, String message) {
    Problems problems = new Problems();
    HttpConnectionManagerCompiler.compile(
        proto(fields.replace("ROUTES", ROUTES).replace("ROUTER", ROUTER).replace("FAULT", FAULT)),
        problems);
    assertThat(problems.list())
        .anySatisfy(
            problem -> {
              assertThat(problem.fieldPath()).isEqualTo(path);
              assertThat(problem.message()).contains(message);
              assertThat(problem.isError()).isTrue();
            });
  }

  @Test
  void anOptionalFilterMayBeUnknown() {
    Problems problems = new Problems();
    HttpConnectionManagerCompiler.compile(
        proto(
            "stat_prefix: p, "
                + ROUTES
                + ", http_filters: [{name: x, is_optional: true, typed_config: {'@type':"
                + " type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy}}, "
                + ROUTER
                + "]"),
        problems);
    assertThat(problems.hasErrors()).isFalse();
    assertThat(problems.list()).hasSize(1);
  }

  private static HttpConnectionManagerConfig value(String fields) {
    Problems problems = new Problems();
    HttpConnectionManagerConfig hcm =
        HttpConnectionManagerCompiler.compile(proto(fields), problems);
    assertThat(problems.list()).isEmpty();
    return hcm;
  }

  private static HttpConnectionManager proto(String fields) {
    return YamlProto.of(
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        HttpConnectionManager.parser(),
        "{" + fields + "}");
  }
}
