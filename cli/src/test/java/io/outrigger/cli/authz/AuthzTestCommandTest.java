package io.outrigger.cli.authz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The answer, who gives it, and why. */
class AuthzTestCommandTest {
  private static final String FRONT = "spiffe://cluster.local/ns/shop/sa/front";
  private static final String POLICIES =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: api, namespace: shop}
      spec: {selector: {app: api}, ports: [{name: http, port: 80}]}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: reads, namespace: shop}
      spec:
        rules:
        - from: [{source: {principals: [cluster.local/ns/shop/sa/admin]}}]
        - from: [{source: {namespaces: [shop]}}]
          to: [{operation: {methods: [GET], notPaths: [/secret]}}]
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: block, namespace: istio-system}
      spec: {action: DENY, rules: [{when: [{key: source.ip, values: [10.0.0.0/8]}]}]}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: tried, namespace: shop, annotations: {istio.io/dry-run: "true"}}
      spec: {action: DENY, rules: [{}]}
      """;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String policies, String... more) throws Exception {
    Path file = Files.writeString(folder.resolve("p.yaml"), policies);
    List<String> arguments =
        new ArrayList<>(List.of("test", "-f", file.toString(), "--to", "shop/api"));
    arguments.addAll(List.of(more));
    return new CommandLine(new AuthzCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(new String[0]));
  }

  @Test
  void namesThePolicyAndTheRuleThatAllow() throws Exception {
    assertThat(run(POLICIES, "--from", FRONT, "--from-ip", "1.2.3.4", "--path", "/x")).isZero();
    assertThat(out.toString())
        .startsWith("ALLOWED  an ALLOW policy matches\n")
        .contains("policy    AuthorizationPolicy shop/reads  " + folder.resolve("p.yaml") + ":6\n")
        .contains("rule      1\n")
        .contains("identity  " + FRONT + "\n")
        .contains("note      dry-run, not enforced: DENY AuthorizationPolicy shop/tried")
        .contains(" matches, rule 0\n");
  }

  @Test
  void namesTheFirstConditionThatFailsInTheNearestRule() throws Exception {
    assertThat(run(POLICIES, "--from", FRONT, "--from-ip", "1.2.3.4", "--path", "/a/../secret?x"))
        .isEqualTo(1);
    assertThat(out.toString())
        .startsWith("DENIED  no ALLOW policy matches")
        .contains("rule      1\n")
        .contains("failed    paths must be none of [/secret], and is /secret\n");
  }

  @Test
  void denialComesFirst() throws Exception {
    assertThat(run(POLICIES, "--from", FRONT, "--from-ip", "10.1.1.1")).isEqualTo(1);
    assertThat(out.toString())
        .startsWith("DENIED  a DENY policy matches\n")
        .contains("AuthorizationPolicy istio-system/block");
  }

  @Test
  void whatWasNotSaidAndWhatIsNotThereIsNamed() throws Exception {
    assertThat(run(POLICIES)).isEqualTo(2);
    assertThat(err.toString())
        .contains("istio-system/block")
        .contains("rule 0, asks for the caller's address: give --from-ip");
    assertThat(run(POLICIES.replace("name: api", "name: web"))).isEqualTo(2);
    assertThat(err.toString()).contains("is called shop/api").contains("[shop/web]");
    assertThat(run(POLICIES, "--from", "front")).isEqualTo(2);
    assertThat(err.toString()).contains("--from front isn't spiffe://");
  }

  @Test
  void aProviderDecidesOnWhatCustomMatches() throws Exception {
    String custom =
        POLICIES.substring(0, POLICIES.indexOf("---"))
            + """
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: asks, namespace: shop}
            spec:
              action: CUSTOM
              provider: {name: mine}
              rules: [{to: [{operation: {paths: [/admin]}}]}]
            """;
    assertThat(run(custom, "--path", "/open")).isEqualTo(1);
    assertThat(out.toString()).contains("a provider \"mine\" that the mesh doesn't have, only []");
    String known =
        custom
            + """
            ---
            apiVersion: mesh.istio.io/v1alpha1
            kind: MeshConfig
            metadata: {name: mesh}
            spec: {extensionProviders: [{name: mine, envoyExtAuthzHttp: {service: a.example, port: 80}}]}
            """;
    assertThat(run(known, "--path", "/admin")).isEqualTo(3);
    assertThat(out.toString()).contains("PROVIDER  the provider \"mine\" decides");
    assertThat(run(known, "--path", "/open")).isZero();
  }

  @Test
  void aTokenCountsWhereItsIssuerIsKnown() throws Exception {
    String tokens =
        POLICIES.substring(0, POLICIES.indexOf("---"))
            + """
            ---
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: users, namespace: shop}
            spec: {jwtRules: [{issuer: "https://users", jwks: '{"keys":[{"kty":"oct","k":"AAAA"}]}'}]}
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: users, namespace: shop}
            spec: {rules: [{when: [{key: "request.auth.claims[scope]", values: [read]}]}]}
            """;
    Path token = folder.resolve("token");
    Files.writeString(token, "{\"iss\":\"https://users\",\"sub\":\"a\",\"scope\":\"write read\"}");
    assertThat(run(tokens, "--token", token.toString())).isZero();
    assertThat(out.toString()).contains("token     https://users/a\n");
    assertThat(run(tokens)).isEqualTo(1);
    assertThat(out.toString()).contains("claims[scope] must be one of [read], and is []");
    Files.writeString(token, "{\"iss\":\"else\"}");
    assertThat(run(tokens, "--token", token.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("issuer \"else\", only [https://users]");
  }
}
