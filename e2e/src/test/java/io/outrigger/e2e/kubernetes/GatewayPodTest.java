package io.outrigger.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.outrigger.e2e.gateway.Curl;
import io.outrigger.e2e.gateway.TlsSecret;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.TestCa;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway as a Deployment: TLS with a certificate from a Secret, to a pod with a sidecar. Needs
 * what {@link MeshedPodsTest} needs.
 */
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_KUBECONFIG", matches = ".+")
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_IMAGE", matches = ".+")
class GatewayPodTest {
  private static final String NAMESPACE = "outrigger-pods-test";
  private static final String SYSTEM = "outrigger-pods-test-system";
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final List<String> KINDS = List.of("Gateway", "VirtualService");

  private static final String ROUTES =
      """
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: edge, namespace: outrigger-pods-test}
      spec:
        selector: {istio: ingressgateway}
        servers:
        - port: {number: 80, name: http, protocol: HTTP}
          hosts: [shop.example.com]
          tls: {httpsRedirect: true}
        - port: {number: 443, name: https, protocol: HTTPS}
          hosts: [shop.example.com]
          tls: {mode: SIMPLE, credentialName: shop}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: shop, namespace: outrigger-pods-test}
      spec:
        hosts: [shop.example.com]
        gateways: [edge]
        http:
        - route: [{destination: {host: reviews}}]
      """;

  @TempDir private Path directory;
  private final TestCluster cluster = new TestCluster();
  private final KubernetesClient admin = cluster.admin();

  @BeforeEach
  void connected() {
    deleteAll();
  }

  @AfterEach
  void nothingIsLeft() {
    deleteAll();
    cluster.close();
  }

  private void deleteAll() {
    cluster.delete(List.of(NAMESPACE, SYSTEM), LIMIT);
    admin.rbac().clusterRoles().withName(NAMESPACE).delete();
    admin.rbac().clusterRoleBindings().withName(NAMESPACE).delete();
    cluster.deleteDefinition("gateways.networking.istio.io");
    cluster.deleteDefinition("virtualservices.networking.istio.io");
  }

  @Test
  void aCertificateFromASecretIsShownAndFollowsIt() throws Exception {
    apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + NAMESPACE + "}\n");
    KINDS.forEach(kind -> apply(TestCluster.definition("networking.istio.io", kind)));
    apply(TestCluster.resource("control.yaml"));
    apply(TestCluster.resource("workload.yaml").replace("{{name}}", "reviews"));
    apply(TestCluster.resource("gateway.yaml"));
    TestCa first = new TestCa("first");
    apply(TlsSecret.yaml(NAMESPACE, "shop", first.leaf("DNS:shop.example.com")));
    Await.until(
        "the definitions are served",
        LIMIT,
        () -> {
          apply(ROUTES);
          return true;
        });
    await("reviews is ready", () -> ready("app=reviews"));
    await("the gateway is ready", () -> ready("app=edge"));

    Path trusted = Files.writeString(directory.resolve("ca.pem"), first.pem());
    String page = "outrigger:x:1337";
    try (LocalPortForward https = forward(8443);
        LocalPortForward http = forward(8080)) {
      String url = "https://shop.example.com:" + https.getLocalPort() + "/passwd";
      await(
          "the service is reached",
          () -> Curl.get(url, "--cacert", trusted.toString()).contains(page));
      assertThat(Curl.get("http://shop.example.com:" + http.getLocalPort() + "/passwd"))
          .startsWith("HTTP/1.1 301");
      // the sidecar knows whose connection it is; lines are written out now and then
      await("the sidecar's log has the request", () -> log("app=reviews").contains("/passwd"));

      TestCa second = new TestCa("second");
      apply(TlsSecret.yaml(NAMESPACE, "shop", second.leaf("DNS:shop.example.com")));
      Files.writeString(trusted, second.pem());
      await(
          "the new certificate is shown",
          () -> Curl.get(url, "--cacert", trusted.toString()).contains(page));
    }
  }

  private LocalPortForward forward(int port) {
    return admin.pods().resource(pod("app=edge")).portForward(port);
  }

  private Pod pod(String label) {
    String[] pair = label.split("=", 2);
    List<Pod> found =
        admin.pods().inNamespace(NAMESPACE).withLabel(pair[0], pair[1]).list().getItems();
    return found.isEmpty() ? new Pod() : found.getFirst();
  }

  private boolean ready(String label) {
    return Readiness.getInstance().isReady(pod(label));
  }

  private String log(String label) {
    return admin.pods().resource(pod(label)).inContainer("istio-proxy").tailingLines(20).getLog();
  }

  private void apply(String yaml) {
    cluster.apply(yaml.replace("{{image}}", System.getenv("OUTRIGGER_TEST_IMAGE")));
  }

  private void await(String what, Await.Condition condition) {
    cluster.await(what, LIMIT, List.of(SYSTEM, NAMESPACE), condition);
  }
}
