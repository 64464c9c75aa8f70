package io.outrigger.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.outrigger.testkit.Await;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Pods with sidecars, under a control plane in a pod: by interception, native sidecars and tokens
 * of the cluster's own. Needs {@code OUTRIGGER_TEST_KUBECONFIG}, and in {@code
 * OUTRIGGER_TEST_IMAGE} the name under which the cluster has the image that bin/image laid out.
 */
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_KUBECONFIG", matches = ".+")
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_IMAGE", matches = ".+")
class MeshedPodsTest {
  private static final String NAMESPACE = "outrigger-pods-test";
  private static final String SYSTEM = "outrigger-pods-test-system";
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** Without a sidecar. */
  private static final String STRANGER =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: stranger, namespace: outrigger-pods-test}
      spec:
        containers:
        - {name: app, image: "{{image}}", imagePullPolicy: Never, command: [/bin/busybox, sleep, "100000"]}
      """;

  private static final String STRICT_POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: outrigger-pods-test}
      spec: {mtls: {mode: STRICT}}
      """;

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
    cluster.deleteDefinition("peerauthentications.security.istio.io");
  }

  @Test
  void podsCallEachOtherInMutualTlsAndStrangersAreRefused() throws Exception {
    apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + NAMESPACE + "}\n");
    apply(TestCluster.resource("control.yaml"));
    apply(TestCluster.resource("workload.yaml").replace("{{name}}", "reviews"));
    apply(TestCluster.resource("workload.yaml").replace("{{name}}", "front"));
    apply(STRANGER);
    await("reviews is ready", () -> ready("reviews"));
    await("front is ready", () -> ready("front"));
    await("the stranger is ready", () -> ready("stranger"));

    // permissive is the default: both are served
    String page = "outrigger:x:1337";
    await(
        "front is answered",
        () -> exec("front", "app", "wget", "-qO-", "http://reviews/passwd").contains(page));
    await(
        "a stranger is answered",
        () -> exec("stranger", "app", "wget", "-qO-", "http://reviews/passwd").contains(page));
    String counted =
        exec("reviews", "istio-proxy", "wget", "-qO-", "http://127.0.0.1:15090/stats/prometheus");
    assertThat(counted.lines().filter(line -> line.startsWith("istio_requests_total{")))
        .anyMatch(
            line ->
                line.contains(
                        "source_principal=\"spiffe://cluster.local/ns/outrigger-pods-test/sa/front\"")
                    && line.contains("connection_security_policy=\"mutual_tls\""))
        .anyMatch(line -> line.contains("connection_security_policy=\"none\""));

    apply(TestCluster.definition("security.istio.io", "PeerAuthentication"));
    Await.until(
        "the definition is served",
        LIMIT,
        () -> {
          apply(STRICT_POLICY);
          return true;
        });
    await(
        "strangers are refused",
        () -> !exec("stranger", "app", "wget", "-qO-", "http://reviews/passwd").contains(page));
    assertThat(exec("front", "app", "wget", "-qO-", "http://reviews/passwd")).contains(page);
  }

  private boolean ready(String name) {
    return cluster.ready(NAMESPACE, name);
  }

  private String exec(String pod, String container, String... command) throws Exception {
    return cluster.exec(NAMESPACE, pod, container, command);
  }

  private void apply(String yaml) {
    cluster.apply(yaml.replace("{{image}}", System.getenv("OUTRIGGER_TEST_IMAGE")));
  }

  private void await(String what, Await.Condition condition) {
    cluster.await(what, LIMIT, List.of(SYSTEM, NAMESPACE), condition);
  }
}
