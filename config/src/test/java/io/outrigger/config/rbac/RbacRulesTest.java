package io.outrigger.config.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.xds.type.matcher.v3.Matcher;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.outrigger.config.YamlProto;
import io.outrigger.config.cel.AttributeSource;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.Headers;
import io.outrigger.config.listener.ConnectionFacts;
import io.outrigger.config.tls.SanMatcher;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RbacRulesTest {
  private static final String BY_CALLER =
      """
      policies:
        a: {permissions: [{any: true}], principals: [{authenticated: {principal_name: {exact: x}}}]}
        b: {permissions: [{url_path: {path: {prefix: /b}}}], principals: [{authenticated: {principal_name: {exact: y}}}]}
        c: {permissions: [{and_rules: {rules: [{destination_port: 80}, {header: {name: ":method", exact_match: GET}}]}}], principals: [{any: true}]}
        d: {permissions: [{destination_port: 80}], principals: [{any: true}]}
        e: {permissions: [{any: true}], principals: [{any: true}]}
      """;

  @Test
  void aConnectionRulesPoliciesOutForAllOfItsRequests() {
    RbacRules rules = rules(BY_CALLER);
    Asked connection = new Asked(null, "y", 80);
    int[] open = rules.open(connection);
    assertThat(open)
        .as("not a, for its caller; not e, for d always matches")
        .containsExactly(1, 2, 3);
    assertThat(rules.match(open, new Asked("/b/x", "y", 80))).isEqualTo(1);
    assertThat(rules.match(open, new Asked("/c", "y", 80))).isEqualTo(2);
    assertThat(rules.open(new Asked(null, "z", 81))).containsExactly(4);
  }

  @Test
  void whatCannotBeDecidedDeniesAlsoWhereItIsNegated() {
    for (String principal :
        List.of(
            "remote_ip: {address_prefix: 10.0.0.0, prefix_len: 8}",
            "not_id: {remote_ip: {address_prefix: 10.0.0.0, prefix_len: 8}}",
            "url_path: {path: {exact: /x}}",
            "not_id: {url_path: {path: {exact: /x}}}")) {
      String policies = "policies: {p: {permissions: [{any: true}], principals: [{%s}]}}";
      Asked nothing = new Asked("", "x", 80);
      for (String action : List.of("ALLOW", "DENY")) {
        RbacRules rules = rules("action: " + action + "\n" + policies.formatted(principal));
        int matched = rules.match(rules.open(nothing), nothing);
        assertThat(rules.allows(matched)).as(action + " " + principal).isFalse();
      }
    }
  }

  @Test
  void aConditionThatHasNoValueAllowsNobodyAndDenies() {
    String policies =
        "policies: {p: {permissions: [{any: true}], principals: [{any: true}], condition:"
            + " {call_expr: {function: '!_', args: [{call_expr: {function: '_==_', args:"
            + " [{select_expr: {operand: {ident_expr: {name: request}}, field: referer}},"
            + " {const_expr: {string_value: x}}]}}]}}}}";
    Asked request = new Asked("/x", "x", 80);
    RbacRules allow = rules(policies);
    RbacRules deny = rules("action: DENY\n" + policies);
    assertThat(allow.match(allow.open(request), request)).isEqualTo(-1);
    assertThat(deny.match(deny.open(request), request)).isEqualTo(0);
    assertThat(allow.explain(-1, request))
        .isEqualTo("no policy allows it: policy p fails at condition !request.referer == \"x\"");
  }

  @Test
  void aDenialNamesPolicyAndFirstFailingCondition() {
    RbacRules rules = rules(BY_CALLER.lines().limit(3).reduce("", (a, b) -> a + b + "\n"));
    Asked request = new Asked("/c", "y", 80);
    assertThat(rules.explain(-1, request))
        .isEqualTo(
            "no policy allows it: policy a fails at authenticated exact \"x\", policy b fails at"
                + " path prefix \"/b\"");
    assertThat(rules("action: DENY\n" + BY_CALLER).explain(2, request))
        .isEqualTo("policy c denies it: destination_port 80 and header :method exact \"GET\"; any");
  }

  @Test
  void whatHasNoEffectIsRefusedByItsPath() {
    Problems problems = new Problems();
    RbacRulesCompiler.compile(
        YamlProto.of(
            "envoy.config.rbac.v3.RBAC",
            RBAC.parser(),
            """
            policies:
              c: {permissions: [{any: true}], principals: [{any: true}], condition: {ident_expr: {name: nobody}}}
              h: {permissions: [{header: {name: x}}, {matcher: {name: m}}], principals: [{url_path: {path: {exact: x}}}]}
            """),
        false,
        problems);
    assertThat(problems.list().stream().map(Object::toString))
        .containsExactly(
            "policies[\"c\"].condition.ident_expr.name: 'nobody' is unknown; request, response,"
                + " connection, upstream, source, destination, metadata, filter_state and xds are"
                + " known",
            "policies[\"h\"].permissions[0].header: is not known of TCP connections",
            "policies[\"h\"].permissions[1].matcher: is not supported",
            "policies[\"h\"].principals[0].url_path: is not known of TCP connections");
  }

  @Test
  void aMatcherThatFindsNothingDenies() {
    String text =
        """
        matcher_tree:
          input: {name: i, typed_config: {"@type": type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput, header_name: ":path"}}
          exact_match_map:
            map:
              /a: {action: {name: a, typed_config: {"@type": type.googleapis.com/envoy.config.rbac.v3.Action, name: one}}}
              /b: {action: {name: a, typed_config: {"@type": type.googleapis.com/envoy.config.rbac.v3.Action, name: two, action: DENY}}}
        """;
    Matcher proto = YamlProto.of("xds.type.matcher.v3.Matcher", Matcher.parser(), text);
    Problems problems = new Problems();
    RbacMatcher matcher = RbacMatcherCompiler.compile(proto, true, problems);
    assertThat(problems.list()).isEmpty();
    for (String path : List.of("/a", "/b", "/c")) {
      int matched = matcher.match(new Asked(path, "x", 80));
      assertThat(matcher.allows(matched)).as(path).isEqualTo(path.equals("/a"));
      assertThat(matched < 0 ? "" : matcher.name(matched))
          .isEqualTo(path.equals("/a") ? "one" : path.equals("/b") ? "two" : "");
    }
    RbacMatcherCompiler.compile(proto, false, problems);
    RbacRulesCompiler.either(RBAC.getDefaultInstance(), proto, "shadow_", true, problems);
    assertThat(problems.list().stream().map(Object::toString))
        .containsExactly(
            "matcher_tree.input.typed_config: a header is not known of TCP connections",
            "shadow_rules: has no effect beside shadow_matcher");
  }

  private static RbacRules rules(String yaml) {
    Problems problems = new Problems();
    RbacRules rules =
        RbacRulesCompiler.compile(
            YamlProto.of("envoy.config.rbac.v3.RBAC", RBAC.parser(), yaml), true, problems);
    assertThat(problems.list()).isEmpty();
    return rules;
  }

  /** A request for a path, or a connection where that is null; nobody knows its addresses. */
  private record Asked(@Nullable String path, String uriSan, int destinationPort)
      implements RbacRequest {
    @Override
    public ConnectionFacts connection() {
      throw new UnsupportedOperationException();
    }

    @Override
    public AttributeSource attributes() {
      return attribute -> null;
    }

    @Override
    public boolean isWhole() {
      return path != null;
    }

    @Override
    public @Nullable Headers headers() {
      if (path == null) {
        return null;
      }
      Headers headers = new Headers();
      headers.add(":path", path);
      headers.add(":method", "GET");
      return headers;
    }

    @Override
    public int pathOffset() {
      Headers headers = headers();
      return headers == null ? 0 : headers.valueOffset(0);
    }

    @Override
    public int pathLength() {
      return path == null || path.isEmpty() ? -1 : path.length();
    }

    @Override
    public @Nullable InetAddress destinationAddress() {
      return null;
    }

    @Override
    public @Nullable InetAddress sourceAddress() {
      return null;
    }

    @Override
    public @Nullable InetAddress directRemoteAddress() {
      return null;
    }

    @Override
    public @Nullable InetAddress remoteAddress() {
      return null;
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
      return true;
    }

    @Override
    public List<String> uriSans() {
      return List.of(uriSan);
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
      return null;
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
