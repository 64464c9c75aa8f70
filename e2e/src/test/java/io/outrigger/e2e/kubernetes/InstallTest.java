package io.outrigger.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.outrigger.control.inject.JsonTree;
import io.outrigger.e2e.Installed;
import io.outrigger.e2e.Manifest;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an administrator does: looks, installs, meshes a namespace, upgrades, loses a replica, takes
 * it all away. Needs {@code OUTRIGGER_TEST_KUBECONFIG} and {@code OUTRIGGER_TEST_IMAGE}, an image
 * that holds everything; leaves nothing behind.
 */
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_KUBECONFIG", matches = ".+")
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_IMAGE", matches = ".+")
class InstallTest {
  private static final String SYSTEM = "outrigger-system";
  private static final String NAMESPACE = "outrigger-install-test";
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /**
   * Not a word of a mesh, but the one policy; the image's own user is the sidecar's, whose calls
   * are its own.
   */
  private static final String PLAIN =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: reviews}
      spec: {selector: {app: reviews}, ports: [{name: http, port: 80, targetPort: 8080}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: reviews}
      spec:
        replicas: 1
        selector: {matchLabels: {app: reviews}}
        template:
          metadata: {labels: {app: reviews}}
          spec:
            terminationGracePeriodSeconds: 5
            securityContext: {runAsUser: 1000}
            containers:
            - {name: app, image: "{{image}}", imagePullPolicy: Never, command: [/bin/busybox, httpd, -f, -p, "8080", -h, /etc]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: front, labels: {app: front}}
      spec:
        terminationGracePeriodSeconds: 1
        securityContext: {runAsUser: 1000}
        containers:
        - {name: app, image: "{{image}}", imagePullPolicy: Never, command: [/bin/busybox, sleep, "100000"]}
      ---
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: all}
      spec: {mtls: {mode: STRICT}}
      """;

  /** A resource, and what the API server says of it. */
  private record Wrong(String apiVersion, String kind, String spec, String says) {
    String yaml() {
      return "apiVersion: %s\nkind: %s\nmetadata: {name: a}\nspec: %s\n"
          .formatted(apiVersion, kind, spec);
    }
  }

  private static final List<Wrong> WRONG =
      List.of(
          new Wrong(
              "security.istio.io/v1",
              "PeerAuthentication",
              "{mtls: {mode: strict}}",
              "supported values: \"UNSET\", \"DISABLE\", \"PERMISSIVE\", \"STRICT\""),
          new Wrong(
              "networking.istio.io/v1",
              "VirtualService",
              "{hosts: [a], http: [{retrys: {attempts: 1}}]}",
              "unknown field \"spec.http[0].retrys\""),
          new Wrong(
              "networking.istio.io/v1beta1",
              "VirtualService",
              "{hosts: [a], http: [{timeout: soon}]}",
              "spec.http[0].timeout"),
          new Wrong(
              "networking.istio.io/v1alpha3",
              "DestinationRule",
              "{host: a, trafficPolicy: {loadBalancer: {simple: RANDOM, consistentHash: {useSourceIp: true}}}}",
              "must validate one and only one schema (oneOf)"));

  @TempDir private Path directory;
  private final TestCluster cluster = new TestCluster();
  private final KubernetesClient admin = cluster.admin();
  private int runs;

  @BeforeEach
  void clear() throws Exception {
    takeAway();
  }

  @AfterEach
  void nothingStays() throws Exception {
    takeAway();
    cluster.close();
  }

  private void takeAway() throws Exception {
    helm("uninstall", "outrigger", "--ignore-not-found", "--wait", "--timeout", "3m");
    cluster.delete(List.of(NAMESPACE, SYSTEM), LIMIT);
  }

  @Test
  void aWrongValueOrAClusterThatDoesNotFitIsToldBeforeAnythingChanges() throws Exception {
    Program wrong = helm("install", "outrigger", chart(), "--set", "control.replica=3");
    assertThat(wrong.output()).contains("replica").contains("not allowed");
    assertThat(admin.namespaces().withName(SYSTEM).get()).isNull();

    Program check = outrigger("check");
    assertThat(check.output()).contains("ok       Kubernetes v1").contains("you may create all");

    cluster.apply(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: {name: istio-sidecar-injector-outrigger-test}
        webhooks: []
        """);
    try {
      Program refused = outrigger("install", "--set", "image.control=" + image());
      assertThat(refused.awaitExit(LIMIT)).isEqualTo(1);
      assertThat(refused.output())
          .contains("ERROR    Istio is in this cluster")
          .contains("nothing was changed");
      assertThat(admin.namespaces().withName(SYSTEM).get()).isNull();
    } finally {
      admin
          .admissionRegistration()
          .v1()
          .mutatingWebhookConfigurations()
          .withName("istio-sidecar-injector-outrigger-test")
          .delete();
    }
  }

  @Test
  void fromInstallationToNothingLeft() throws Exception {
    long begin = System.nanoTime();
    Program installed = outrigger(values("install", "control.replicas=1"));
    assertThat(installed.awaitExit(LIMIT)).as(installed.output()).isZero();
    cluster.createMeshed(NAMESPACE);
    applyPlain();
    await("a meshed request", this::answers);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    System.out.println("from the installation to the first meshed request: " + took);
    assertThat(containers("front")).contains("istio-proxy", "istio-init");

    Program tested = helm("test", "outrigger");
    assertThat(tested.awaitExit(LIMIT)).as(tested.output()).isZero();
    theApiServerTakesWhatIsRead();

    // more replicas; one is lost at once, and pods still join and find their way
    Program upgraded = outrigger(values("upgrade", "control.replicas=2"));
    assertThat(upgraded.awaitExit(LIMIT)).as(upgraded.output()).isZero();
    List<Pod> replicas =
        admin.pods().inNamespace(SYSTEM).withLabel("app", "outrigger-control").list().getItems();
    assertThat(replicas).hasSizeGreaterThanOrEqualTo(2);
    admin.resource(replicas.getFirst()).withGracePeriod(0).delete();
    assertThat(answers()).isTrue();
    var _ = admin.apps().deployments().inNamespace(NAMESPACE).withName("reviews").scale(2);
    await(
        "a pod that joined without the lost replica",
        () -> pods("reviews").stream().filter(Readiness.getInstance()::isReady).count() == 2);
    assertThat(answers()).isTrue();

    admin.namespaces().withName(NAMESPACE).delete();
    Program gone = outrigger("uninstall");
    assertThat(gone.awaitExit(LIMIT)).as(gone.output()).isZero();
    assertThat(left()).isEmpty();
    assertThat(took).isLessThan(Duration.ofSeconds(60));
  }

  /** And refuses by itself what the definitions exclude, before the webhook sees it. */
  private void theApiServerTakesWhatIsRead() throws IOException {
    List<String> refused = new ArrayList<>();
    for (Manifest manifest : Manifest.all()) {
      try {
        tryOut(JsonTree.of(manifest.document()).toString());
      } catch (KubernetesClientException e) {
        refused.add(manifest + ": " + e.getMessage());
      }
    }
    assertThat(refused).isEmpty();
    for (Wrong wrong : WRONG) {
      assertThatThrownBy(() -> tryOut(wrong.yaml()))
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining(wrong.says)
          .hasMessageNotContaining("admission webhook");
    }
  }

  private void tryOut(String resource) {
    HasMetadata object = cluster.objects(resource).items().getFirst();
    object.getMetadata().setNamespace(NAMESPACE);
    admin.resource(object).dryRun().fieldValidation(FieldValidateable.Validation.STRICT).create();
  }

  /** What of an installation is still in the cluster. */
  private List<String> left() {
    Stream<? extends HasMetadata> wide =
        Stream.of(
                admin.rbac().clusterRoles().list().getItems(),
                admin.rbac().clusterRoleBindings().list().getItems(),
                admin
                    .admissionRegistration()
                    .v1()
                    .mutatingWebhookConfigurations()
                    .list()
                    .getItems(),
                admin
                    .admissionRegistration()
                    .v1()
                    .validatingWebhookConfigurations()
                    .list()
                    .getItems(),
                admin.apiextensions().v1().customResourceDefinitions().list().getItems())
            .flatMap(List::stream)
            .filter(object -> object.getMetadata().getName().matches(".*(outrigger|istio).*"));
    Stream<? extends HasMetadata> maps =
        admin.configMaps().inAnyNamespace().list().getItems().stream()
            .filter(map -> map.getMetadata().getName().equals("istio-ca-root-cert"));
    Stream<? extends HasMetadata> own =
        Stream.of(
                admin.pods().inNamespace(SYSTEM).list().getItems(),
                admin.services().inNamespace(SYSTEM).list().getItems(),
                admin.secrets().inNamespace(SYSTEM).list().getItems(),
                admin.configMaps().inNamespace(SYSTEM).list().getItems(),
                admin.serviceAccounts().inNamespace(SYSTEM).list().getItems(),
                admin.apps().deployments().inNamespace(SYSTEM).list().getItems(),
                admin.apps().replicaSets().inNamespace(SYSTEM).list().getItems(),
                admin.batch().v1().jobs().inNamespace(SYSTEM).list().getItems(),
                admin.leases().inNamespace(SYSTEM).list().getItems(),
                admin.policy().v1().podDisruptionBudget().inNamespace(SYSTEM).list().getItems(),
                admin.rbac().roles().inNamespace(SYSTEM).list().getItems(),
                admin.rbac().roleBindings().inNamespace(SYSTEM).list().getItems())
            .flatMap(List::stream)
            .filter(
                o -> !List.of("default", "kube-root-ca.crt").contains(o.getMetadata().getName()));
    return Stream.of(wide, maps, own)
        .flatMap(all -> all)
        .map(object -> object.getKind() + " " + object.getMetadata().getName())
        .toList();
  }

  private void applyPlain() {
    cluster
        .objects(PLAIN.replace("{{image}}", image()))
        .items()
        .forEach(
            object -> {
              object.getMetadata().setNamespace(NAMESPACE);
              admin.resource(object).create();
            });
  }

  private boolean answers() throws Exception {
    return Readiness.getInstance().isReady(pods("front").getFirst())
        && cluster
            .exec(NAMESPACE, "front", "app", "wget", "-qO-", "http://reviews/passwd")
            .contains("root:x:0");
  }

  private List<Pod> pods(String app) {
    return admin.pods().inNamespace(NAMESPACE).withLabel("app", app).list().getItems();
  }

  private List<String> containers(String app) {
    var spec = pods(app).getFirst().getSpec();
    List<String> names = new ArrayList<>();
    spec.getInitContainers().forEach(container -> names.add(container.getName()));
    spec.getContainers().forEach(container -> names.add(container.getName()));
    return names;
  }

  private static String image() {
    return System.getenv("OUTRIGGER_TEST_IMAGE");
  }

  private static String chart() {
    return Installed.home().resolve("dist/charts/outrigger").toString();
  }

  private static String[] values(String verb, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                verb,
                "--set",
                "image.control=" + image(),
                "--set",
                "image.proxy=" + image(),
                "--set",
                "image.pullPolicy=Never"));
    for (String value : more) {
      all.addAll(List.of("--set", value));
    }
    return all.toArray(String[]::new);
  }

  private Program helm(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(Installed.helm()));
    all.addAll(List.of(words));
    all.addAll(List.of("--namespace", SYSTEM));
    return run(all);
  }

  private Program outrigger(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(Installed.outrigger()));
    all.addAll(List.of(words));
    return run(all);
  }

  /** Runs to its end. */
  private Program run(List<String> command) throws IOException, InterruptedException {
    Program program =
        Program.start(
            command.get(1),
            command,
            Map.of(
                "OUTRIGGER_BUILD",
                "never",
                "HELM",
                Installed.helm(),
                "KUBECONFIG",
                cluster.kubeconfig().toString()),
            directory.resolve(runs++ + ".log"));
    program.awaitExit(Duration.ofMinutes(6));
    return program;
  }

  private void await(String what, Await.Condition condition) {
    cluster.await(what, LIMIT, List.of(SYSTEM, NAMESPACE), condition);
  }
}
