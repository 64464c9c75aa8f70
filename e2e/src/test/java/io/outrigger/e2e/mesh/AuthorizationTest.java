package io.outrigger.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import io.outrigger.testkit.TestTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Authorization policies between sidecars in mutual TLS: who may do what, and what is told of it.
 */
class AuthorizationTest {
  private static final String POLICIES =
      """
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: reads, namespace: shop}
      spec:
        selector: {matchLabels: {app: stock}}
        rules:
        - from: [{source: {principals: [cluster.local/ns/shop/sa/front]}}]
          to: [{operation: {methods: [GET], paths: ["/stock/*"], ports: ["%d"]}}]
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: secret, namespace: istio-system}
      spec:
        action: DENY
        rules: [{to: [{operation: {paths: [/stock/secret]}}], when: [{key: "request.headers[x-key]", notValues: [sesame]}]}]
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: tried, namespace: shop, annotations: {istio.io/dry-run: "true"}}
      spec: {selector: {matchLabels: {app: stock}}, action: DENY, rules: [{}]}
      """;

  private static final String CUSTOM =
      """
      ---
      apiVersion: mesh.istio.io/v1alpha1
      kind: MeshConfig
      metadata: {name: mesh}
      spec:
        extensionProviders:
        - name: mine
          envoyExtAuthzHttp: {service: authz.example, port: 80, pathPrefix: /check, timeout: 2s, statusOnError: "503", includeRequestHeadersInCheck: [x-fake-status]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: authz, namespace: shop}
      spec:
        hosts: [authz.example]
        resolution: STATIC
        ports: [{number: 80, name: http, protocol: HTTP}]
        endpoints: [{address: 127.0.0.1, ports: {http: %d}}]
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: admin, namespace: shop}
      spec:
        selector: {matchLabels: {app: stock}}
        action: CUSTOM
        provider: {name: mine}
        rules: [{to: [{operation: {paths: [/admin]}}]}]
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: deny, namespace: shop}
      spec:
        selector: {matchLabels: {app: stock}}
        action: DENY
        rules: [{to: [{operation: {methods: [DELETE]}}]}]
      """;

  private static final String TOKENS =
      """
      ---
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: users, namespace: shop}
      spec:
        selector: {matchLabels: {app: stock}}
        jwtRules:
        - issuer: https://users/
          jwks: '%s'
          outputClaimToHeaders: [{header: x-user, claim: sub}]
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: users, namespace: shop}
      spec:
        selector: {matchLabels: {app: stock}}
        rules:
        - from: [{source: {requestPrincipals: ["https://users//*"]}}]
          when: [{key: "request.auth.claims[scope]", values: [read]}]
        - to: [{operation: {paths: [/open]}}]
      """;

  @TempDir private Path directory;

  /** Of a port named web nobody says that it is HTTP: the sidecars find that out. */
  @ParameterizedTest
  @ValueSource(strings = {"http", "web"})
  void callersMayDoWhatPoliciesSay(String portName) throws Exception {
    List<Integer> ports = FreePorts.find(12);
    try (EchoUpstream app = EchoUpstream.start("app");
        TestMesh mesh =
            new TestMesh(
                directory,
                (TestMesh.service("stock", ports.get(3))
                            + TestMesh.service("front", ports.get(4))
                            + TestMesh.service("other", ports.get(5)))
                        .replace("{name: http,", "{name: " + portName + ",")
                        .replace("{http:", "{" + portName + ":")
                    + TestMesh.STRICT
                    + POLICIES.formatted(app.port()))) {
      mesh.readyControl(ports.get(0), ports.get(1), ports.get(2));
      Program stock = sidecar(mesh, "stock", app, ports, 0);
      sidecar(mesh, "front", app, ports, 1);
      sidecar(mesh, "other", app, ports, 2);
      int front = ports.get(10);
      int other = ports.get(11);
      mesh.await("front reads", () -> ask(front, "GET /stock/a").startsWith("HTTP/1.1 200"));
      mesh.await("other is known", () -> !ask(other, "GET /stock/a").contains("503"));

      denied(ask(other, "GET /stock/a"));
      denied(ask(front, "POST /stock/a"));
      denied(ask(front, "GET /elsewhere"));
      denied(ask(front, "GET /stock/x/..%2fsecret/../../secret"));
      denied(ask(front, "GET /stock/secret"));
      assertThat(ask(front, "GET /stock/secret", "x-key: sesame\r\n")).startsWith("HTTP/1.1 200");

      mesh.await(
          "the log tells policy, condition and identity",
          () ->
              stock
                  .output()
                  .contains("denied GET /stock/a of spiffe://cluster.local/ns/shop/sa/other from"));
      assertThat(stock.output())
          .contains(
              "no policy allows it: policy ns[shop]-policy[reads]-rule[0] fails at authenticated"
                  + " exact \"spiffe://cluster.local/ns/shop/sa/front\"");
      String stats = RawClient.get(ports.get(6), "/stats");
      assertThat(stats)
          .containsPattern("rbac\\.istio_dry_run_deny_shadow_denied: [1-9]")
          .containsPattern("rbac\\.denied: [1-9]");
    }
  }

  @Test
  void tokensSayWhoAsks() throws Exception {
    List<Integer> ports = FreePorts.find(12);
    try (EchoUpstream app = EchoUpstream.start("app");
        TestMesh mesh =
            new TestMesh(
                directory,
                TestMesh.service("stock", ports.get(3))
                    + TestMesh.service("front", ports.get(4))
                    + TestMesh.STRICT
                    + TOKENS.formatted(TestTokens.jwks("rsa")))) {
      mesh.readyControl(ports.get(0), ports.get(1), ports.get(2));
      sidecar(mesh, "stock", app, ports, 0);
      sidecar(mesh, "front", app, ports, 1);
      int front = ports.get(10);
      mesh.await("front reads", () -> ask(front, "GET /open").startsWith("HTTP/1.1 200"));

      denied(ask(front, "GET /stock"));
      denied(ask(front, "GET /stock", bearer(TestTokens.of("https://users/", ",\"sub\":\"a\""))));
      String reads = ",\"sub\":\"alice\",\"scope\":\"write read\"";
      assertThat(ask(front, "GET /stock", bearer(TestTokens.of("https://users/", reads))))
          .startsWith("HTTP/1.1 200")
          .contains("x-user: alice")
          .doesNotContain("authorization: ");
      assertThat(ask(front, "GET /open", bearer(TestTokens.of("else", reads))))
          .startsWith("HTTP/1.1 401")
          .contains("Jwt issuer is not configured");
      assertThat(ask(front, "GET /open", bearer("a.b.c"))).startsWith("HTTP/1.1 401");
    }
  }

  private static String bearer(String token) {
    return "authorization: Bearer " + token + "\r\n";
  }

  @Test
  void aProviderDecidesOnWhatCustomPoliciesMatch() throws Exception {
    List<Integer> ports = FreePorts.find(12);
    try (EchoUpstream app = EchoUpstream.start("app");
        EchoUpstream authz = EchoUpstream.start("authz");
        TestMesh mesh =
            new TestMesh(
                directory,
                TestMesh.service("stock", ports.get(3))
                    + TestMesh.service("front", ports.get(4))
                    + TestMesh.STRICT
                    + CUSTOM.formatted(authz.port()))) {
      mesh.readyControl(ports.get(0), ports.get(1), ports.get(2));
      sidecar(mesh, "stock", app, ports, 0);
      sidecar(mesh, "front", app, ports, 1);
      int front = ports.get(10);
      mesh.await("front reads", () -> ask(front, "GET /open").startsWith("HTTP/1.1 200"));
      assertThat(authz.requests()).isZero();

      String refused = ask(front, "GET /admin", "x-fake-status: 403\r\n");
      assertThat(refused).startsWith("HTTP/1.1 403").contains("authz\nGET /check/admin HTTP/1.1");
      assertThat(ask(front, "GET /admin")).startsWith("HTTP/1.1 200").contains("app\nGET /admin");
      assertThat(authz.requests()).isEqualTo(2);
      denied(ask(front, "DELETE /admin")); // after the provider, which lets it by
      assertThat(authz.requests()).isEqualTo(3);

      authz.close();
      mesh.await("nobody answers", () -> ask(front, "GET /admin").startsWith("HTTP/1.1 503"));
      assertThat(ask(front, "GET /open")).startsWith("HTTP/1.1 200");
      assertThat(RawClient.get(ports.get(6), "/stats")).containsPattern("ext_authz\\.error: [1-9]");
    }
  }

  private static Program sidecar(
      TestMesh mesh, String service, EchoUpstream app, List<Integer> ports, int index)
      throws IOException {
    return mesh.sidecar(
        service,
        "127.0.0.1:" + ports.get(0),
        List.of(),
        List.of(
            "--app-port", Integer.toString(app.port()),
            "--inbound-port", Integer.toString(ports.get(3 + index)),
            "--http-proxy-port", Integer.toString(ports.get(9 + index)),
            "--admin-port", Integer.toString(ports.get(6 + index))));
  }

  private static void denied(String answer) {
    assertThat(answer).startsWith("HTTP/1.1 403").endsWith("RBAC: access denied");
  }

  private static String ask(int proxy, String what) throws IOException {
    return ask(proxy, what, "");
  }

  private static String ask(int proxy, String what, String headers) throws IOException {
    String host = "stock:9080";
    int space = what.indexOf(' ');
    try (RawClient client = new RawClient(proxy)) {
      client.send(
          what.substring(0, space)
              + " http://"
              + host
              + what.substring(space + 1)
              + " HTTP/1.1\r\nhost: "
              + host
              + "\r\ncontent-length: 0\r\n"
              + headers
              + "\r\n");
      return client.response(false);
    }
  }
}
