package io.outrigger.config.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute;
import io.outrigger.config.YamlProto;
import io.outrigger.config.compile.Problem;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.route.HeaderMutationRules;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExtAuthzCompilerTest {
  private final Problems problems = new Problems();

  private ExtAuthzConfig compile(String yaml) {
    return ExtAuthzCompiler.compile(
        YamlProto.of(
            "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz", ExtAuthz.parser(), yaml),
        problems);
  }

  @Test
  void defaultsAreEnvoys() {
    ExtAuthzConfig config = compile("grpc_service: {envoy_grpc: {cluster_name: c}}");
    assertThat(problems.list()).isEmpty();
    assertThat(config.service().timeoutMillis()).isEqualTo(200);
    assertThat(config.statusOnError()).isEqualTo(403);
    assertThat(config.allowedHeaders()).isNull();
    assertThat(config.chargeCluster()).isTrue();
  }

  @Test
  void namesEveryProblemByItsPath() {
    compile(
        """
        transport_api_version: V2
        http_service: {path_prefix: check}
        with_request_body: {max_request_bytes: 0}
        emit_filter_state_stats: true
        typed_metadata_context_namespaces: [a]
        """);
    assertThat(problems.list())
        .extracting(Problem::fieldPath)
        .containsExactlyInAnyOrder(
            "transport_api_version",
            "http_service.server_uri.cluster",
            "http_service.path_prefix",
            "with_request_body.max_request_bytes",
            "emit_filter_state_stats",
            "typed_metadata_context_namespaces");
  }

  @Test
  void extensionsOfAllLevelsHold() {
    RouteFilterConfig host = route("check_settings: {context_extensions: {a: host, b: host}}");
    RouteFilterConfig route =
        route(
                "check_settings: {context_extensions: {b: route}, disable_request_body_buffering: true}")
            .over(host);
    assertThat(route.config())
        .isEqualTo(new ExtAuthzRoute(Map.of("a", "host", "b", "route"), true, null));
    assertThat(route("disabled: true").over(host).disabled()).isTrue();
  }

  private RouteFilterConfig route(String yaml) {
    return ExtAuthzCompiler.route(
        YamlProto.of(
            "envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute",
            ExtAuthzPerRoute.parser(),
            yaml),
        problems);
  }

  @Test
  void mutationRules() {
    HeaderMutationRules rules = HeaderMutationRules.DEFAULT;
    assertThat(rules.allows("x-a", false)).isTrue();
    assertThat(rules.allows(":path", false)).isTrue();
    assertThat(rules.allows(":path", true)).isFalse();
    assertThat(rules.allows(":authority", false)).isFalse();
    assertThat(rules.allows("x-envoy-a", false)).isFalse();
  }
}
