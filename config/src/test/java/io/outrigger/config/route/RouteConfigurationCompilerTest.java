package io.outrigger.config.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.YamlProto;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.filter.CorsPolicy;
import io.outrigger.config.filter.FaultConfig;
import io.outrigger.config.match.RuntimeNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteConfigurationCompilerTest {
  private static final String ROUTE = "virtual_hosts[0].routes[0]";

  /** A route without its braces; the path of the problem; a piece of its message. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "match: {prefix: /}; ''; one of",
        "route: {cluster: a}; match; is required",
        "match: {}, route: {cluster: a}; match; one of",
        "match: {safe_regex: {regex: '(a'}}, route: {cluster: a}; match.safe_regex.regex; '(a'",
        "match: {path_separated_prefix: /a/}, route: {cluster: a}; match.path_separated_prefix;"
            + " slash",
        "match: {prefix: /, headers: [{name: a}, {name: b, string_match: {safe_regex: {regex:"
            + " '*'}}}]}, route: {cluster: a}; match.headers[1].string_match.safe_regex.regex; '*'",
        "match: {prefix: /}, route: {weighted_clusters: {clusters: [{name: a, weight: 0}]}};"
            + " route.weighted_clusters; greater than 0",
        "match: {prefix: /}, route: {cluster: a, prefix_rewrite: /x, regex_rewrite: {pattern:"
            + " {regex: a}}}; route; both prefix_rewrite and regex_rewrite",
        "match: {prefix: /}, route: {cluster: a, retry_policy: {retry_back_off: {base_interval:"
            + " 1s, max_interval: 0.5s}}}; route.retry_policy.retry_back_off.max_interval;"
            + " greater than or equal",
        "match: {prefix: /}, route: {cluster: a, retry_policy: {retry_options_predicates: [{name:"
            + " p}]}}; route.retry_policy.retry_options_predicates; not supported",
        "match: {prefix: /}, route: {cluster: a, hedge_policy: {initial_requests: 0}};"
            + " route.hedge_policy.initial_requests; at least 1",
        "match: {prefix: /}, route: {cluster: a, hash_policy: [{}]}; route.hash_policy[0]; one of",
        "match: {prefix: /}, direct_response: {status: 99}; direct_response.status; 99",
        "match: {prefix: /}, request_headers_to_add: [{header: {key: Host, value: a}}], route:"
            + " {cluster: a}; request_headers_to_add[0].header.key; host headers may not be"
            + " modified",
        "match: {prefix: /}, response_headers_to_remove: [':status'], redirect: {};"
            + " response_headers_to_remove[0]; may not be removed",
        "match: {prefix: /}, request_headers_to_add: [{header: {key: a, value: '%NOPE%'}}], route:"
            + " {cluster: a}; request_headers_to_add[0].header.value; Not supported field in"
            + " StreamInfo: %NOPE%",
        "match: {prefix: /}, request_headers_to_add: [{header: {key: a, value: '100%'}}], route:"
            + " {cluster: a}; request_headers_to_add[0].header.value; operator at position 3",
        "match: {prefix: /, filter_state: [{key: a, address_match: {}}]}, route:"
            + " {cluster: a}; match.filter_state[0].address_match; not supported",
        "match: {prefix: /}, route: {cluster: a, request_mirror_policies: [{}]};"
            + " route.request_mirror_policies[0]; exactly one",
        "match: {prefix: /}, route: {cluster: a, rate_limits: [{actions: [{remote_address: {}},"
            + " {}]}]}; route.rate_limits[0].actions[1]; one of source_cluster",
        "match: {prefix: /}, route: {cluster: a, rate_limits: [{stage: 11, actions:"
            + " [{remote_address: {}}]}]}; route.rate_limits[0].stage; at most 10",
        "match: {prefix: /}, route: {cluster: a, rate_limits: [{hits_addend: {format:"
            + " '%PROTOCOL%-'}, actions: [{remote_address: {}}]}]};"
            + " route.rate_limits[0].hits_addend.format; one %OPERATOR%",
        "match: {prefix: /}, route: {cluster: a}, typed_per_filter_config: {l: {'@type':"
            + " type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit,"
            + " stat_prefix: l, token_bucket: {max_tokens: 0, fill_interval: 1s}}};"
            + " typed_per_filter_config[\"l\"].token_bucket.max_tokens; more than 0",
        "match: {prefix: /}, route: {cluster: a}, typed_per_filter_config: {l: {'@type':"
            + " type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit,"
            + " stat_prefix: l, token_bucket: {max_tokens: 1, fill_interval: 1s}, rate_limits:"
            + " [{disable_key: k, actions: [{remote_address: {}}]}]}};"
            + " typed_per_filter_config[\"l\"].rate_limits[0].disable_key; not allowed",
      })
  void refusesWithTheFieldsPath(String route, String path, String message) {
    Compiled<RouteTable> compiled =
        RouteTables.compile(RouteTables.routesYaml("[{" + route + "}]"));
    assertThat(compiled.value()).isNull();
    assertThat(compiled.errors())
        .anySatisfy(
            problem -> {
              assertThat(problem.fieldPath())
                  .isEqualTo(path.isEmpty() ? ROUTE : ROUTE + "." + path);
              assertThat(problem.message()).contains(message);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "['*'], ['*']; virtual_hosts[1].domains[0]; Only a single wildcard domain",
        "[a.com], [A.com]; virtual_hosts[1].domains[0]; Only unique values for domains",
        "['*.a.com', b, '*.a.com'], [c]; virtual_hosts[0].domains[2]; Only unique values",
      })
  void refusesDomainsThatMeanTwoHosts(String domains, String path, String message) {
    String[] lists = domains.split("(?<=]), ");
    Compiled<RouteTable> compiled =
        RouteTables.compile(
            "{virtual_hosts: [{name: v, domains: %s}, {name: w, domains: %s}]}"
                .formatted(lists[0], lists[1]));
    assertThat(compiled.errors()).hasSize(1);
    assertThat(compiled.errors().getFirst().fieldPath()).isEqualTo(path);
    assertThat(compiled.errors().getFirst().message()).contains(message);
  }

  @Test
  void collectsAllProblems() {
    Compiled<RouteTable> compiled =
        RouteTables.compile(
            RouteTables.routesYaml(
                "[{match: {safe_regex: {regex: '('}}, route: {cluster: a}}, {match: {prefix: /}},"
                    + " {match: {safe_regex: {regex: '['}}, redirect: {}}]"));
    assertThat(compiled.errors())
        .extracting(problem -> problem.fieldPath())
        .containsExactlyInAnyOrder(
            "virtual_hosts[0].routes[0].match.safe_regex.regex",
            "virtual_hosts[0].routes[1]",
            "virtual_hosts[0].routes[2].match.safe_regex.regex");
  }

  @Test
  void tellsWhatHasNoEffect() {
    Compiled<RouteTable> compiled =
        RouteTables.compile(
            RouteTables.routesYaml(
                "[{match: {prefix: /}, route: {cluster: a, early_data_policy: {name: e,"
                    + " typed_config: {'@type': type.googleapis.com/google.protobuf.Empty}}}}]"));
    assertThat(compiled.ok()).isTrue();
    assertThat(YamlProto.warnings(compiled))
        .containsExactly(ROUTE + ".route.early_data_policy: is not supported and has no effect");
  }

  @Test
  void fillsEnvoysDefaultsIn() {
    ForwardAction action = forward("{cluster: a}");
    assertThat(action.timeoutMillis()).isEqualTo(15_000);
    assertThat(action.idleTimeoutMillis()).isEqualTo(ForwardAction.UNSET);
    assertThat(action.retryPolicy()).isNull();
    assertThat(action.clusterNotFoundStatus()).isEqualTo(503);
    assertThat(action.rewrite()).isEqualTo(Rewrite.NONE);
    assertThat(forward("{cluster: a, timeout: 0s}").timeoutMillis()).isZero();
  }

  @Test
  void compilesARetryPolicy() {
    RetryPolicy policy =
        forward(
                """
                {cluster: a, retry_policy: {retry_on: "5xx, reset,unheard-of,cancelled", num_retries: 4,
                 per_try_timeout: 0.25s, retriable_status_codes: [409],
                 retry_back_off: {base_interval: 0.1s},
                 rate_limited_retry_back_off: {reset_headers: [{name: Retry-After}]},
                 retry_host_predicate: [{name: p, typed_config: {"@type":
                 type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate}}],
                 host_selection_retry_max_attempts: 5}}
                """)
            .retryPolicy();
    assertThat(policy).isNotNull();
    assertThat(policy.retryOn())
        .containsExactlyInAnyOrder(RetryOn.HTTP_5XX, RetryOn.RESET, RetryOn.GRPC_CANCELLED);
    assertThat(policy.numRetries()).isEqualTo(4);
    assertThat(policy.perTryTimeoutMillis()).isEqualTo(250);
    assertThat(policy.baseBackOffMillis()).isEqualTo(100);
    assertThat(policy.maxBackOffMillis()).isEqualTo(1000);
    assertThat(policy.retriableStatusCodes()).containsExactly(409);
    assertThat(policy.rateLimitedResetHeaders()).hasSize(1);
    assertThat(policy.hostPredicates()).containsExactly(new RetryPolicy.PreviousHosts());
    assertThat(policy.hostSelectionMaxAttempts()).isEqualTo(5);
  }

  @Test
  void compilesAHedgePolicyAndHostsToOmit() {
    ForwardAction action =
        forward(
            """
            {cluster: a, hedge_policy: {hedge_on_per_try_timeout: true}, retry_policy: {
             retry_host_predicate: [{name: p, typed_config: {"@type":
             type.googleapis.com/envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig,
             metadata_match: {filter_metadata: {envoy.lb: {old: true}}}}}]}}
            """);
    assertThat(action.hedgePolicy()).isEqualTo(new ForwardAction.HedgePolicy(true));
    RetryPolicy.HostPredicate omit = action.retryPolicy().hostPredicates().getFirst();
    assertThat(
            ((RetryPolicy.OmitHostMetadata) omit).metadata().namespace("envoy.lb").getFieldsMap())
        .containsKey("old");
  }

  @Test
  void aRoutesRetryPolicyTakesTheVirtualHostsPlace() {
    RouteTable table =
        RouteTables.table(
            "{virtual_hosts: [{name: v, domains: ['*'], retry_policy: {retry_on: 5xx, num_retries:"
                + " 3}, routes: [{match: {prefix: /a}, route: {cluster: a, retry_policy:"
                + " {retry_on: reset}}}, {match: {prefix: /}, route: {cluster: a}}]}]}");
    RetryPolicy own = retryPolicy(table, "/a");
    assertThat(own.retryOn()).containsExactly(RetryOn.RESET);
    assertThat(own.numRetries()).isEqualTo(1);
    assertThat(retryPolicy(table, "/").numRetries()).isEqualTo(3);
  }

  private static RetryPolicy retryPolicy(RouteTable table, String path) {
    Route route = table.route(RouteTables.request("h", path), () -> 0);
    assertThat(route).isNotNull();
    RetryPolicy policy = ((ForwardAction) route.action()).retryPolicy();
    assertThat(policy).isNotNull();
    return policy;
  }

  @Test
  void mergesFilterConfigurationsDownwards() {
    String fault =
        "{\"@type\": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault, abort:"
            + " {http_status: %d, percentage: {numerator: 100}}}";
    RouteTable table =
        RouteTables.table(
            "{virtual_hosts: [{name: v, domains: ['*'], typed_per_filter_config: {fault: "
                + fault.formatted(501)
                + ", cors: {\"@type\":"
                + " type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy,"
                + " allow_methods: GET}}, routes: [{match: {prefix: /}, typed_per_filter_config:"
                + " {fault: "
                + fault.formatted(502)
                + ", off: {\"@type\": type.googleapis.com/envoy.config.route.v3.FilterConfig,"
                + " disabled: true}}, route: {cluster: a}}]}]}");
    Route route = table.route(RouteTables.request("h", "/"), () -> 0);
    assertThat(route).isNotNull();
    assertThat(route.filterConfigs()).containsOnlyKeys("fault", "cors", "off");
    assertThat(((FaultConfig) route.filterConfigs().get("fault").config()).abort())
        .extracting(FaultConfig.Abort::httpStatus)
        .isEqualTo(new RuntimeNumber(502, "fault.http.abort.http_status"));
    assertThat(((CorsPolicy) route.filterConfigs().get("cors").config()).allowMethods())
        .isEqualTo("GET");
    assertThat(route.filterConfigs().get("off").disabled()).isTrue();
  }

  @Test
  void cutsALongDirectResponseOff() {
    Compiled<RouteTable> compiled =
        RouteTables.compile(
            RouteTables.routesYaml(
                "[{match: {prefix: /}, direct_response: {status: 200, body: {inline_string: "
                    + "x".repeat(4097)
                    + "}}}]"));
    assertThat(YamlProto.errors(compiled))
        .containsExactly(
            ROUTE + ".direct_response.body: response body size is 4097 bytes; maximum is 4096");
  }

  private static ForwardAction forward(String action) {
    RouteTable table = RouteTables.withRoutes("[{match: {prefix: /}, route: " + action + "}]");
    Route route = table.route(RouteTables.request("h", "/"), () -> 0);
    assertThat(route).isNotNull();
    return (ForwardAction) route.action();
  }
}
