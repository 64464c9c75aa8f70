package io.outrigger.e2e.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.outrigger.e2e.Installed;
import io.outrigger.testkit.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

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
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "install",
                  "outrigger",
                  Installed.home().resolve("dist/charts/outrigger").toString(),
                  "--namespace",
                  SYSTEM,
                  "--create-namespace",
                  "--wait",
                  "--timeout",
                  "4m",
                  "--set",
                  "image.control=" + mesh.image(),
                  "--set",
                  "image.proxy=" + mesh.image(),
                  "--set",
                  "control.replicas=1"));
      for (String setting : settings) {
        arguments.addAll(List.of("--set", setting));
      }
      mesh.helm(arguments);
      return mesh;
    } catch (Exception | AssertionError e) {
      mesh.close();
      throw e;
    }
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
    admin
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("istio-injection", "enabled")
                .endMetadata()
                .build())
        .create();
  }

  private List<HasMetadata> resources(String namespace, String yaml) {
    String text =
        yaml.replace("{{image}}", image())
            .replace("{{app}}", String.valueOf(System.getenv("OUTRIGGER_TEST_APP_IMAGE")));
    List<HasMetadata> out =
        admin.load(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))).items();
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

  private List<Pod> pods(String namespace, String deployment) {
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

  /** Runs a busybox applet in a container of one of its pods; both of its outputs. */
  String exec(String namespace, String deployment, String container, String... applet)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("/bin/busybox"));
    command.addAll(Arrays.asList(applet));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ExecWatch watch =
        admin
            .pods()
            .inNamespace(namespace)
            .withName(pod(namespace, deployment).getMetadata().getName())
            .inContainer(container)
            .writingOutput(out)
            .writingError(out)
            .exec(command.toArray(new String[0]))) {
      watch.exitCode().get(2, TimeUnit.MINUTES);
    }
    return out.toString(StandardCharsets.UTF_8);
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
      throw new IllegalStateException(String.join(" ", command) + "\n" + output + logs());
    }
    return output;
  }

  /** Waits; where it does not come, the failure shows what the pods printed. */
  void await(String what, Await.Condition condition) {
    try {
      Await.until(what, LIMIT, condition);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + logs(), e);
    }
  }

  private String logs() {
    List<String> all = new ArrayList<>(namespaces);
    all.add(SYSTEM);
    StringBuilder out = new StringBuilder();
    for (String namespace : all) {
      for (Pod pod : admin.pods().inNamespace(namespace).list().getItems()) {
        String name = pod.getMetadata().getName();
        out.append("\n---- ").append(name).append(' ').append(pod.getStatus().getPhase());
        for (String container : List.of("control", "istio-proxy", "app")) {
          try {
            String log =
                admin
                    .pods()
                    .inNamespace(namespace)
                    .withName(name)
                    .inContainer(container)
                    .tailingLines(15)
                    .getLog();
            out.append("\n-- ").append(container).append('\n').append(log);
          } catch (RuntimeException e) {
            // it has no such container
          }
        }
      }
    }
    return out.toString();
  }

  private void clear() throws IOException, InterruptedException {
    if (admin.namespaces().withName(SYSTEM).get() != null) {
      helm(
          List.of("uninstall", "outrigger", "--namespace", SYSTEM, "--wait", "--ignore-not-found"));
    }
    List<String> all = new ArrayList<>(namespaces);
    all.add(SYSTEM);
    cluster.delete(all, LIMIT);
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
