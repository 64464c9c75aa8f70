package io.outrigger.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.outrigger.testkit.Await;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Plain manifests in a namespace that is meshed: the webhook gives their pods sidecars, and under
 * STRICT mutual TLS everything works as before. Needs what {@link MeshedPodsTest} needs.
 */
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_KUBECONFIG", matches = ".+")
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_IMAGE", matches = ".+")
class InjectionTest {
  private static final String NAMESPACE = "outrigger-inject-test";
  private static final String SYSTEM = "outrigger-inject-test-system";
  private static final String WEBHOOK = "outrigger-injector-inject-test";
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static final String MESHED =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: outrigger-inject-test, labels: {istio.io/rev: inject-test}}
      """;

  private static final String STRICT_POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: outrigger-inject-test}
      spec: {mtls: {mode: STRICT}}
      """;

  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: another, namespace: outrigger-inject-test, annotations: {%s}}
      spec: {containers: [{name: app, image: "{{image}}", imagePullPolicy: Never, command: [/bin/busybox, "true"]}]}
      """;

  private final TestCluster cluster = new TestCluster();
  private final KubernetesClient admin = cluster.admin();

  @BeforeEach
  void nothingIsThere() {
    deleteAll();
  }

  @AfterEach
  void nothingIsLeft() {
    deleteAll();
    cluster.close();
  }

  private void deleteAll() {
    admin.admissionRegistration().v1().mutatingWebhookConfigurations().withName(WEBHOOK).delete();
    cluster.delete(List.of(NAMESPACE, SYSTEM), LIMIT);
    admin.rbac().clusterRoles().withName(NAMESPACE).delete();
    admin.rbac().clusterRoleBindings().withName(NAMESPACE).delete();
    cluster.deleteDefinition("peerauthentications.security.istio.io");
  }

  @Test
  void plainManifestsAreMeshed() throws Exception {
    apply(MESHED);
    apply(TestCluster.definition("security.istio.io", "PeerAuthentication"));
    apply(TestCluster.resource("injection-control.yaml"));
    await("the API server trusts the webhook", this::isTrusted);
    await("the control plane is ready", this::controlIsReady);
    Await.until(
        "the definition is served",
        LIMIT,
        () -> {
          apply(STRICT_POLICY);
          return true;
        });
    apply(TestCluster.resource("injected.yaml"));

    // its readiness is asked by HTTP, its liveness by TCP: both would fail without the agent
    await("web is ready", () -> cluster.ready(NAMESPACE, "web-0"));
    Pod web = pod("web-0");
    assertThat(web.getSpec().getInitContainers())
        .extracting(container -> container.getName())
        .containsExactly("istio-init", "istio-proxy");
    assertThat(web.getSpec().getContainers().getFirst().getReadinessProbe().getHttpGet().getPath())
        .isEqualTo("/app-health/app/readyz");

    // its init container calls web
    await("the caller is ready", () -> cluster.ready(NAMESPACE, "caller"));
    await("the stranger is ready", () -> cluster.ready(NAMESPACE, "stranger"));
    assertThat(get("caller", "http://web/passwd")).contains("outrigger:x:1337");
    assertThat(get("stranger", "http://web/passwd")).doesNotContain("outrigger:x:1337");

    // a server that speaks first, behind a headless service
    await("the greeter is ready", () -> cluster.ready(NAMESPACE, "greeter-0"));
    for (String name : List.of("greeter", "greeter-0.greeter")) {
      assertThat(cluster.exec(NAMESPACE, "caller", "app", "nc", "-w", "5", name, "3306"))
          .as(name)
          .contains("welcome");
    }

    aSidecarThatIsAContainerServes();
    aTransparentSidecarShowsItsCallers();

    await("the job completes", this::jobIsComplete);
    assertThat(restarts("web-0")).isZero();
    assertThat(restarts("greeter-0")).isZero();

    assertThatThrownBy(() -> apply(POD.formatted("sidecar.istio.io/proxyCPU: lots")))
        .hasMessageContaining(
            "metadata.annotations[sidecar.istio.io/proxyCPU]: found \"lots\"; must be an amount");

    admin.apps().deployments().inNamespace(SYSTEM).withName("outrigger-control").delete();
    await(
        "the control plane is away",
        () -> admin.pods().inNamespace(SYSTEM).list().getItems().isEmpty());
    assertThatThrownBy(() -> apply(POD.formatted("a: b")))
        .hasMessageContaining("failed calling webhook");
    assertThat(get("caller", "http://web/passwd")).contains("outrigger:x:1337");
  }

  private void aSidecarThatIsAContainerServes() throws Exception {
    await("the pod with a classic sidecar is ready", () -> cluster.ready(NAMESPACE, "classic"));
    Pod classic = pod("classic");
    assertThat(classic.getSpec().getInitContainers())
        .extracting(container -> container.getName())
        .containsExactly("istio-init");
    assertThat(classic.getSpec().getContainers())
        .extracting(container -> container.getName())
        .containsExactly("istio-proxy", "app");
    assertThat(get("caller", "http://classic/passwd")).contains("outrigger:x:1337");
    assertThat(get("stranger", "http://classic/passwd")).doesNotContain("outrigger:x:1337");
    assertThat(restarts("classic")).isZero();
  }

  private void aTransparentSidecarShowsItsCallers() throws Exception {
    await("the pod with TPROXY is ready", () -> cluster.ready(NAMESPACE, "transparent"));
    assertThat(get("caller", "http://transparent/passwd")).contains("outrigger:x:1337");
    assertThat(get("stranger", "http://transparent/passwd")).doesNotContain("outrigger:x:1337");
    assertThat(get("transparent", "http://web/passwd")).contains("outrigger:x:1337");
    String caller = pod("caller").getStatus().getPodIP() + "]:";
    await(
        "the application has seen its caller's own address",
        () ->
            admin
                .pods()
                .inNamespace(NAMESPACE)
                .withName("transparent")
                .inContainer("app")
                .getLog()
                .contains(caller));
    assertThat(restarts("transparent")).isZero();
  }

  private Pod pod(String name) {
    return admin.pods().inNamespace(NAMESPACE).withName(name).get();
  }

  private boolean isTrusted() {
    return admin
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName(WEBHOOK)
        .get()
        .getWebhooks()
        .stream()
        .allMatch(hook -> hook.getClientConfig().getCaBundle() != null);
  }

  private boolean controlIsReady() {
    return admin.pods().inNamespace(SYSTEM).list().getItems().stream()
        .anyMatch(pod -> cluster.ready(SYSTEM, pod.getMetadata().getName()));
  }

  private boolean jobIsComplete() {
    Job job = admin.batch().v1().jobs().inNamespace(NAMESPACE).withName("once").get();
    assertThat(job.getStatus().getFailed()).as("failed pods of the job").isNull();
    return Integer.valueOf(1).equals(job.getStatus().getSucceeded());
  }

  private int restarts(String pod) {
    return admin
        .pods()
        .inNamespace(NAMESPACE)
        .withName(pod)
        .get()
        .getStatus()
        .getContainerStatuses()
        .stream()
        .mapToInt(status -> status.getRestartCount())
        .sum();
  }

  private String get(String pod, String url) throws Exception {
    return cluster.exec(NAMESPACE, pod, "app", "wget", "-qO-", url);
  }

  private void apply(String yaml) {
    cluster.apply(yaml.replace("{{image}}", System.getenv("OUTRIGGER_TEST_IMAGE")));
  }

  private void await(String what, Await.Condition condition) {
    cluster.await(what, LIMIT, List.of(SYSTEM, NAMESPACE), condition);
  }
}
