package io.outrigger.e2e.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.outrigger.e2e.Installed;
import io.outrigger.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Outrigger as Helm installs it, with the namespaces that a test meshes; all of it goes again. */
final class MeshOnCluster implements AutoCloseable {
  static final String SYSTEM = "outrigger-system";
  private static final Duration LIMIT = Duration.ofMinutes(4);

  private final TestCluster cluster = new TestCluster();
  private final KubernetesClient admin = cluster.admin();
  private final List<String> namespaces = new ArrayList<>();

  private MeshOnCluster() {}

  /**
   * Installs the chart, with settings such as {@code control.replicas=1}; returns when it is up.
   */
  static MeshOnCluster install(String... settings) throws Exception {
    MeshOnCluster mesh = new MeshOnCluster();
    try {
      mesh.clear();
      mesh.cluster.gatewayApi();
      mesh.release("install", "outrigger", settings);
      return mesh;
    } catch (Exception | AssertionError e) {
      mesh.close();
      throw e;
    }
  }

  /**
   * Installs or upgrades a release of the chart, of one replica; returns when it is up.
   *
   * @param verb helm's
   */
  void release(String verb, String name, String... settings) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                verb,
                name,
                Installed.home().resolve("dist/charts/outrigger").toString(),
                "--namespace",
                SYSTEM,
                "--create-namespace",
                "--wait",
                "--timeout",
                "4m"));
    List<String> all =
        new ArrayList<>(
            List.of("image.control=" + image(), "image.proxy=" + image(), "control.replicas=1"));
    all.addAll(List.of(settings));
    all.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    helm(arguments);
  }

  TestCluster cluster() {
    return cluster;
  }

  String image() {
    return System.getenv("OUTRIGGER_TEST_IMAGE");
  }

  /** A new namespace whose pods are meshed. */
  void namespace(String name) {
    namespaces.add(name);
    cluster.delete(List.of(name), LIMIT);
    cluster.createMeshed(name);
  }

  /** Takes one of a deployment's pods away without a word to it: nothing in it is told to end. */
  void kill(String namespace, String deployment) {
    admin.resource(pod(namespace, deployment)).withGracePeriod(0).delete();
  }

  private List<HasMetadata> resources(String namespace, String yaml) {
    String text =
        yaml.replace("{{image}}", image())
            .replace("{{app}}", String.valueOf(System.getenv("OUTRIGGER_TEST_APP_IMAGE")));
    List<HasMetadata> out = cluster.objects(text).items();
    out.forEach(resource -> resource.getMetadata().setNamespace(namespace));
    return out;
  }

  /** Creates what YAML describes, or changes it to that. */
  void apply(String namespace, String yaml) {
    resources(namespace, yaml)
        .forEach(resource -> admin.resource(resource).forceConflicts().serverSideApply());
  }

  void delete(String namespace, String yaml) {
    resources(namespace, yaml).forEach(resource -> admin.resource(resource).delete());
  }

  /** Waits until all of a deployment's pods serve, sidecars and all. */
  void awaitAvailable(String namespace, String name) {
    await(
        name + " is available",
        () -> {
          Deployment found = admin.apps().deployments().inNamespace(namespace).withName(name).get();
          return found != null && Readiness.getInstance().isReady(found);
        });
  }

  /** As kubectl rollout restart, until the last old pod is gone. */
  void restart(String namespace, String name) {
    List<String> old = pods(namespace, name).stream().map(p -> p.getMetadata().getName()).toList();
    var _ = admin.apps().deployments().inNamespace(namespace).withName(name).rolling().restart();
    await(
        name + " has new pods only",
        () ->
            pods(namespace, name).stream().noneMatch(p -> old.contains(p.getMetadata().getName())));
    awaitAvailable(namespace, name);
  }

  List<Pod> pods(String namespace, String deployment) {
    Deployment found = admin.apps().deployments().inNamespace(namespace).withName(deployment).get();
    return admin
        .pods()
        .inNamespace(namespace)
        .withLabels(found.getSpec().getSelector().getMatchLabels())
        .list()
        .getItems();
  }

  private Pod pod(String namespace, String deployment) {
    return pods(namespace, deployment).stream()
        .filter(pod -> Readiness.getInstance().isReady(pod))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(deployment + " has no ready pod"));
  }

  /** Where a Prometheus that goes by pods' annotations finds their metrics. */
  List<String> scraped(String namespace) {
    return admin.pods().inNamespace(namespace).list().getItems().stream()
        .filter(pod -> "/stats/prometheus".equals(annotation(pod, "path")))
        .map(pod -> pod.getStatus().getPodIP() + ":" + annotation(pod, "port"))
        .toList();
  }

  private static String annotation(Pod pod, String name) {
    return pod.getMetadata().getAnnotations().get("prometheus.io/" + name);
  }

  /** The address of one of its pods. */
  String address(String namespace, String deployment) {
    return pod(namespace, deployment).getStatus().getPodIP();
  }

  /** A port of loopback that leads to one of its pods' port. */
  LocalPortForward forward(String namespace, String deployment, int port) {
    return admin.pods().resource(pod(namespace, deployment)).portForward(port);
  }

  /** Runs a busybox applet in a container of one of its pods; both of its outputs. */
  String exec(String namespace, String deployment, String container, String... applet)
      throws Exception {
    String pod = pod(namespace, deployment).getMetadata().getName();
    return cluster.exec(namespace, pod, container, applet);
  }

  /** Runs the real helm; what it printed. */
  String helm(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Installed.helm()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(
          String.join(" ", command) + "\n" + output + cluster.logs(all()));
    }
    return output;
  }

  /** Waits; where it does not come, the failure shows what the pods printed. */
  void await(String what, Await.Condition condition) {
    cluster.await(what, LIMIT, all(), condition);
  }

  private List<String> all() {
    List<String> all = new ArrayList<>(namespaces);
    all.add(SYSTEM);
    return all;
  }

  private void clear() throws IOException, InterruptedException {
    if (admin.namespaces().withName(SYSTEM).get() != null) {
      for (String name : helm(List.of("list", "-aq", "--namespace", SYSTEM)).lines().toList()) {
        uninstall(name);
      }
    }
    cluster.delete(all(), LIMIT);
  }

  void uninstall(String name) throws IOException, InterruptedException {
    helm(List.of("uninstall", name, "--namespace", SYSTEM, "--wait", "--ignore-not-found"));
  }

  @Override
  public void close() {
    try {
      clear();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cluster.close();
  }
}
