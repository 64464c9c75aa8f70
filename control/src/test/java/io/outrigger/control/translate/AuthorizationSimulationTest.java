package io.outrigger.control.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.outrigger.config.cel.AttributeSource;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.Headers;
import io.outrigger.config.listener.ConnectionFacts;
import io.outrigger.config.metadata.JsonStruct;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.rbac.RbacRequest;
import io.outrigger.config.rbac.RbacRules;
import io.outrigger.config.rbac.RbacRulesCompiler;
import io.outrigger.config.tls.SanMatcher;
import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.source.ParsedFile;
import io.outrigger.control.world.WorldBuilder;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * From policies to decisions, without sockets: what the control plane makes of them is asked about
 * every request of a table, and must say what the policies say in words.
 */
class AuthorizationSimulationTest {
  private static final String FRONT = "spiffe://cluster.local/ns/shop/sa/front";
  private static final String BACK = "spiffe://cluster.local/ns/other/sa/back";
  private static final String EVIL = "spiffe://cluster.local/ns/evil/sa/front";

  @Test
  void withoutPoliciesAllIsAllowed() throws Exception {
    check("", request -> true);
  }

  @Test
  void anAllowPolicyWithoutRulesAllowsNothing() throws Exception {
    check(policy("none", "{}"), request -> false);
  }

  @Test
  void aDenyPolicyWithoutRulesDeniesNothing() throws Exception {
    check(policy("none", "{action: DENY}"), request -> true);
  }

  @Test
  void oneRuleOfOneAllowPolicyIsEnough() throws Exception {
    check(
        policy(
                "a",
                """
                {rules: [
                  {from: [{source: {principals: [cluster.local/ns/shop/sa/front]}}], to: [{operation: {methods: [GET, HEAD]}}]},
                  {from: [{source: {namespaces: [other]}}], to: [{operation: {paths: ["/stock*"]}}]}]}""")
            + policy(
                "b", "{rules: [{to: [{operation: {paths: [/open], ports: ['5432', '8080']}}]}]}"),
        request ->
            (FRONT.equals(request.principal) && request.method.equals("GET"))
                || (BACK.equals(request.principal) && request.path.startsWith("/stock"))
                || request.path.equals("/open"));
  }

  @Test
  void denialComesFirst() throws Exception {
    check(
        policy("allow", "{rules: [{}]}")
            + policy(
                "deny",
                "{action: DENY, rules: [{from: [{source: {notPrincipals: ['*']}}]}, {to: [{operation: {paths: ['*/secret'], notMethods: [GET]}}]}]}"),
        request ->
            !request.principal.isEmpty()
                && !(request.path.endsWith("/secret") && !request.method.equals("GET")));
  }

  @Test
  void conditionsAndExclusionsAllHold() throws Exception {
    check(
        policy(
            "a",
            """
            {rules: [{
              from: [{source: {namespaces: ["*"], notNamespaces: [evil]}}, {source: {ipBlocks: [10.0.0.0/8], notPrincipals: ["*"]}}],
              to: [{operation: {hosts: ["*.example.com"], notPaths: [/stock/secret]}}],
              when: [{key: "request.headers[x-tier]", values: ["go*"]}, {key: source.ip, notValues: [10.0.0.1]}]}]}"""),
        request ->
            (request.principal.isEmpty() || !EVIL.equals(request.principal))
                && !request.path.equals("/stock/secret")
                && request.tier.startsWith("go")
                && !request.address.equals("10.0.0.1")
                && (!request.principal.isEmpty() || request.address.startsWith("10.")));
  }

  @Test
  void theRootNamespaceHoldsForAllAndDryRunsForNobody() throws Exception {
    check(
        policy(
                    "root",
                    "{action: DENY, rules: [{when: [{key: source.principal, values: [\"*/sa/front\"]}]}]}")
                .replace("namespace: shop", "namespace: istio-system")
            + policy("other", "{selector: {matchLabels: {app: other}}, rules: [{}]}")
            + policy("elsewhere", "{}").replace("namespace: shop", "namespace: other")
            + policy("tried", "{}")
                .replace("shop}", "shop, annotations: {istio.io/dry-run: 'true'}}")
            + policy("seen", "{action: AUDIT, rules: [{}]}"),
        request -> !request.principal.endsWith("/sa/front"));
  }

  @Test
  void aTokenSaysWhoAsksAndWhatFor() throws Exception {
    String alice =
        "{\"iss\":\"https://a/b\",\"sub\":\"alice\",\"aud\":[\"x\",\"stock\"],\"scope\":[\"read\"]}";
    String root =
        "{\"iss\":\"https://a/b\",\"sub\":\"root\",\"aud\":\"stock\",\"o\":{\"in\":\"deep\"}}";
    String other = "{\"iss\":\"c\",\"sub\":\"alice\",\"azp\":\"robot\",\"aud\":\"stocks\"}";
    List<String> all = List.of("", "{}", alice, root, other);
    String source = "{rules: [{from: [{source: {%s}}]}]}";
    String when = "{rules: [{when: [{key: \"%s\", %s}]}]}";
    tokens(source.formatted("requestPrincipals: ['*']"), all, alice, root, other);
    tokens(source.formatted("requestPrincipals: ['https://a/b/*']"), all, alice, root);
    tokens(source.formatted("requestPrincipals: ['*/alice']"), all, alice, other);
    tokens(source.formatted("requestPrincipals: ['c/alice']"), all, other);
    tokens(source.formatted("notRequestPrincipals: ['*']"), all, "", "{}");
    tokens(source.formatted("notRequestPrincipals: ['c/*']"), all, "", "{}", alice, root);
    tokens(when.formatted("request.auth.principal", "values: ['https://a/b/root']"), all, root);
    tokens(when.formatted("request.auth.audiences", "values: [stock]"), all, alice, root);
    tokens(when.formatted("request.auth.presenter", "values: ['rob*']"), all, other);
    tokens(when.formatted("request.auth.claims[scope]", "values: [read]"), all, alice);
    tokens(when.formatted("request.auth.claims[o][in]", "values: ['*']"), all, root);
    tokens(
        "{action: DENY, rules: [{from: [{source: {notRequestPrincipals: ['*']}}]}]}",
        all,
        alice,
        root,
        other);
  }

  /** Only requests with these tokens, as the filter before noted them, are let through. */
  private static void tokens(String policy, List<String> all, String... allowed) throws Exception {
    List<RbacRules> filters = filters(policy("tokens", policy));
    for (String claims : all) {
      Asked request = new Asked("", "GET", "/", "", "10.0.0.1", claims, true);
      assertThat(isAllowed(filters, request))
          .as("%s of %s", policy, claims)
          .isEqualTo(List.of(allowed).contains(claims));
    }
  }

  private static boolean isAllowed(List<RbacRules> filters, Asked request) {
    boolean allowed = true;
    for (RbacRules rules : filters) {
      allowed &= rules.allows(rules.match(rules.open(request.withoutRequest()), request));
    }
    return allowed;
  }

  private static String policy(String name, String spec) {
    return """
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: %s, namespace: shop}
        spec: %s
        """
        .formatted(name, spec);
  }

  private static void check(String policies, Predicate<Asked> expected) throws Exception {
    List<RbacRules> filters = filters(policies);
    List<Asked> requests = new ArrayList<>();
    for (String principal : List.of(FRONT, BACK, EVIL, "")) {
      for (String method : List.of("GET", "POST")) {
        for (String path : List.of("/open", "/stock/1", "/stock/secret", "/")) {
          for (String tier : List.of("gold", "")) {
            for (String address : List.of("10.0.0.1", "10.9.9.9", "192.168.0.1")) {
              requests.add(new Asked(principal, method, path, tier, address, "", true));
            }
          }
        }
      }
    }
    assertThat(requests).hasSize(192);
    for (Asked request : requests) {
      assertThat(isAllowed(filters, request))
          .as(request.toString())
          .isEqualTo(expected.test(request));
    }
  }

  /** The rules in the filters of the HTTP port's chain for mutual TLS, in their order. */
  private static List<RbacRules> filters(String policies) throws Exception {
    String mesh =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: stock, namespace: shop}
        spec: {selector: {app: stock}, ports: [{name: http, port: 80, targetPort: 8080}]}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: stock, namespace: shop}
        spec: {address: 10.1.0.5, labels: {app: stock}, serviceAccount: stock}
        """
            + policies;
    ParsedFile parsed = ParsedFile.parse("mesh.yaml", mesh.getBytes(StandardCharsets.UTF_8));
    assertThat(parsed.problems()).isEmpty();
    List<Resource> resources = new ArrayList<>();
    parsed.documents().forEach(read -> resources.add(Objects.requireNonNull(read.resource())));
    Translation made =
        new Translator()
            .translate(
                WorldBuilder.build(1, MeshConfig.DEFAULT, resources),
                GoldenTest.node(Path.of("src/test/resources/golden/authorization/node.yaml")));
    Listener listener =
        Listener.parseFrom(
            Objects.requireNonNull(made.listeners().get("virtualInbound")).resource().getValue());
    List<RbacRules> rules = new ArrayList<>();
    for (FilterChain chain : listener.getFilterChainsList()) {
      if (chain.getName().equals("0.0.0.0_8080")
          && chain.getFilterChainMatch().getTransportProtocol().equals("tls")) {
        HttpConnectionManager manager =
            HttpConnectionManager.parseFrom(
                chain.getFilters(chain.getFiltersCount() - 1).getTypedConfig().getValue());
        for (HttpFilter filter : manager.getHttpFiltersList()) {
          if (filter.getName().equals("envoy.filters.http.rbac")) {
            RBAC rbac = RBAC.parseFrom(filter.getTypedConfig().getValue());
            Problems problems = new Problems();
            if (rbac.hasRules()) {
              rules.add(RbacRulesCompiler.compile(rbac.getRules(), true, problems));
            }
            assertThat(problems.list()).isEmpty();
          }
        }
      }
    }
    return rules;
  }

  /** A request, or its connection where it is not whole. */
  private record Asked(
      String principal,
      String method,
      String path,
      String tier,
      String address,
      String claims,
      boolean isWhole)
      implements RbacRequest {
    Asked withoutRequest() {
      return new Asked(principal, method, path, tier, address, claims, false);
    }

    @Override
    public ConnectionFacts connection() {
      throw new UnsupportedOperationException();
    }

    @Override
    public AttributeSource attributes() {
      return attribute -> null;
    }

    @Override
    public @Nullable Headers headers() {
      if (!isWhole) {
        return null;
      }
      Headers headers = new Headers();
      headers.add(":path", path);
      headers.add(":method", method);
      headers.add(":authority", "api.Example.com");
      if (!tier.isEmpty()) {
        headers.add("x-tier", tier);
      }
      return headers;
    }

    @Override
    public int pathOffset() {
      Headers headers = headers();
      return headers == null ? 0 : headers.valueOffset(0);
    }

    @Override
    public int pathLength() {
      return path.length();
    }

    @Override
    public InetAddress destinationAddress() {
      return InetAddress.ofLiteral("10.1.0.5");
    }

    @Override
    public int destinationPort() {
      return 8080;
    }

    @Override
    public InetAddress sourceAddress() {
      return InetAddress.ofLiteral(address);
    }

    @Override
    public InetAddress directRemoteAddress() {
      return sourceAddress();
    }

    @Override
    public InetAddress remoteAddress() {
      return sourceAddress();
    }

    @Override
    public String serverName() {
      return "";
    }

    @Override
    public boolean isTls() {
      return true;
    }

    @Override
    public boolean isPeerValidated() {
      return !principal.isEmpty();
    }

    @Override
    public List<String> uriSans() {
      return principal.isEmpty() ? List.of() : List.of(principal);
    }

    @Override
    public List<String> dnsSans() {
      return List.of();
    }

    @Override
    public String subject() {
      return "";
    }

    @Override
    public boolean hasSan(SanMatcher matcher) {
      return false;
    }

    @Override
    public @Nullable Value dynamicMetadata(String namespace, List<String> path) {
      if (claims.isEmpty() || !namespace.equals("envoy.filters.http.jwt_authn")) {
        return null;
      }
      Struct payload = Objects.requireNonNull(JsonStruct.parse(claims));
      return Metadata.value(
          Struct.newBuilder()
              .putFields("payload", Value.newBuilder().setStructValue(payload).build())
              .build(),
          path);
    }

    @Override
    public @Nullable Value routeMetadata(String namespace, List<String> path) {
      return null;
    }

    @Override
    public @Nullable Value filterState(String key) {
      return null;
    }
  }
}
