package io.outrigger.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.outrigger.e2e.Page;
import io.outrigger.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/tasks/install-kubernetes.md, as it stands there: an authority of one's own, whose root
 * another follows, and a second revision. In the namespace {@code default}, as {@link
 * GettingStartedTest}.
 */
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_KUBECONFIG", matches = ".+")
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_IMAGE", matches = "outrigger/control:0.1.0")
class InstallPageTest {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final String NAMESPACE = "default";
  private static final String NAME = "outrigger-page-test";

  private static final String APPLICATION =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: outrigger-page-test, namespace: default}
      spec:
        selector: {matchLabels: {app: page-test}}
        template:
          metadata: {labels: {app: page-test}}
          spec:
            terminationGracePeriodSeconds: 1
            securityContext: {runAsUser: 1000}
            containers:
            - {name: app, image: "{{image}}", imagePullPolicy: Never, command: [/bin/busybox, sleep, "100000"]}
      """;

  /** A root, another one, and an intermediate of the first: files as the page names them. */
  private static final String AUTHORITY =
      """
      new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
      openssl req -x509 $new -keyout root-key.pem -subj /CN=one -days 9 -out root-cert.pem
      openssl req -x509 $new -keyout next-key.pem -subj /CN=two -days 9 -out next-root.pem
      openssl req $new -keyout ca-key.pem -subj /CN=between -out ca.csr
      printf 'basicConstraints=critical,CA:TRUE,pathlen:0\\nkeyUsage=critical,keyCertSign,cRLSign' >ca.ext
      openssl x509 -req -in ca.csr -CA root-cert.pem -CAkey root-key.pem -days 8 -extfile ca.ext -out ca-cert.pem
      cat ca-cert.pem root-cert.pem >cert-chain.pem
      """;

  @TempDir private Path directory;
  private final TestCluster cluster = new TestCluster();
  private final KubernetesClient admin = cluster.admin();

  @AfterEach
  void nothingStays() throws Exception {
    Page page = new Page("install-kubernetes.md");
    page.tryRun("uninstall --revision next");
    page.tryRun("bin/outrigger uninstall$");
    admin.apps().deployments().inNamespace(NAMESPACE).withName(NAME).delete();
    Map<String, @Nullable String> labels = new HashMap<>();
    labels.put("istio-injection", null);
    labels.put("istio.io/rev", null);
    cluster.label(NAMESPACE, labels);
    cluster.delete(List.of(MeshOnCluster.SYSTEM), LIMIT);
    cluster.close();
  }

  @Test
  void thePagesCommands() throws Exception {
    sh(AUTHORITY);
    Page page = new Page("install-kubernetes.md");
    cluster.apply(APPLICATION.replace("{{image}}", System.getenv("OUTRIGGER_TEST_IMAGE")));
    page.run("create namespace");
    page.run("from-file=cert-chain.pem$", directory);
    page.run("looks whether");
    page.run("then runs helm");
    page.run("default istio-injection=enabled");
    page.run("rollout restart deployment");
    await("the pod is meshed", () -> revision().equals("default") && ready());
    page.run("helm test");
    Path roots = directory.resolve("root-cert.pem");
    assertThat(trusted()).isEqualTo(Files.readString(roots));

    sh("cat next-root.pem >>root-cert.pem");
    page.run("kubectl replace", directory);
    String both = Files.readString(roots);
    await("both roots are told", () -> trusted().equals(both));
    await(
        "the sidecar trusts both",
        () -> sidecarLog().matches("(?s).*trusts sha256:\\w+, sha256:.*"));

    page.run("outrigger install --revision");
    page.run("istio.io/rev=next");
    page.run("rollout restart deployment");
    await("the pod is the other one's", () -> revision().equals("next") && ready());
    page.run("uninstall --revision next");
    page.run("bin/outrigger uninstall$");
    assertThat(admin.secrets().inNamespace(MeshOnCluster.SYSTEM).withName("outrigger-ca").get())
        .isNotNull();
  }

  private void sh(String commands) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("bash", "-ec", commands)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
  }

  private void await(String what, Await.Condition condition) {
    cluster.await(what, LIMIT, List.of(MeshOnCluster.SYSTEM, NAMESPACE), condition);
  }

  private String trusted() {
    var map = admin.configMaps().inNamespace(NAMESPACE).withName("istio-ca-root-cert").get();
    return map == null ? "" : map.getData().getOrDefault("root-cert.pem", "");
  }

  private boolean ready() {
    Deployment found = admin.apps().deployments().inNamespace(NAMESPACE).withName(NAME).get();
    return Readiness.getInstance().isReady(found) && pods().size() == 1;
  }

  private List<Pod> pods() {
    return admin.pods().inNamespace(NAMESPACE).withLabel("app", "page-test").list().getItems();
  }

  /** Which control plane has injected the pod's sidecar. */
  private String revision() {
    var annotations = pods().getLast().getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault("istio.io/rev", "");
  }

  private String sidecarLog() {
    return admin.pods().resource(pods().getFirst()).inContainer("istio-proxy").getLog();
  }
}
