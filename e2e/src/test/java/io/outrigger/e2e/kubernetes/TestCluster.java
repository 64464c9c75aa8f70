package io.outrigger.e2e.kubernetes;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.NamespaceListVisitFromServerGetDeleteRecreateWaitApplicable;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.outrigger.e2e.Installed;
import io.outrigger.testkit.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The cluster of {@code OUTRIGGER_TEST_KUBECONFIG}, seen by its administrator. */
final class TestCluster implements AutoCloseable {
  private static final Duration EXEC = Duration.ofMinutes(2);
  private static final String GATEWAYS = "gateways.gateway.networking.k8s.io";

  private final File kubeconfig = new File(System.getenv("OUTRIGGER_TEST_KUBECONFIG"));
  private final KubernetesClient admin;
  private final List<String> broughtByUs = new ArrayList<>();

  TestCluster() {
    admin = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig)).build();
  }

  File kubeconfig() {
    return kubeconfig;
  }

  KubernetesClient admin() {
    return admin;
  }

  /** Creates what YAML describes, or changes it to that. */
  void apply(String yaml) {
    objects(yaml).resources().forEach(object -> object.forceConflicts().serverSideApply());
  }

  /** What YAML describes. */
  NamespaceListVisitFromServerGetDeleteRecreateWaitApplicable<HasMetadata> objects(String yaml) {
    return admin.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)));
  }

  /** A new namespace whose pods get sidecars. */
  void createMeshed(String namespace) {
    create(namespace, Map.of("istio-injection", "enabled"));
  }

  /** A new namespace with labels. */
  void create(String namespace, Map<String, String> labels) {
    admin
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .withLabels(labels)
                .endMetadata()
                .build())
        .create();
  }

  /** Sets labels of a namespace, or takes those away whose value is null. */
  void label(String namespace, Map<String, @Nullable String> labels) {
    admin
        .namespaces()
        .withName(namespace)
        .edit(
            found -> {
              Map<String, String> all = found.getMetadata().getLabels();
              labels.forEach(
                  (name, value) -> {
                    if (value == null) {
                      all.remove(name);
                    } else {
                      all.put(name, value);
                    }
                  });
              return found;
            });
  }

  /** A definition that takes every content, so that the control plane's own checks are seen. */
  static String definition(String group, String kind) {
    return """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: %2$ss.%1$s}
        spec:
          group: %1$s
          names: {kind: %3$s, plural: %2$ss, singular: %2$s}
          scope: Namespaced
          versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """
        .formatted(group, kind.toLowerCase(java.util.Locale.ROOT), kind);
  }

  /**
   * Brings the Gateway API's definitions if the cluster has none; they go again by {@link #close}.
   */
  void gatewayApi() throws IOException {
    if (admin.apiextensions().v1().customResourceDefinitions().withName(GATEWAYS).get() != null) {
      return;
    }
    try (Stream<Path> files = Files.list(Installed.gatewayApi())) {
      for (Path file : files.filter(f -> !f.toString().contains("_vap_")).toList()) {
        String yaml = Files.readString(file);
        broughtByUs.add(yaml);
        apply(yaml);
      }
    }
  }

  void deleteDefinition(String name) {
    admin.apiextensions().v1().customResourceDefinitions().withName(name).delete();
  }

  /**
   * Deletes namespaces, and what a control plane has put into others; of one that runs in a
   * namespace, not before that is gone: it would put it back.
   */
  void delete(List<String> namespaces, Duration atMost) {
    namespaces.forEach(name -> admin.namespaces().withName(name).delete());
    for (String name : namespaces) {
      Await.until(
          "the namespace " + name + " is gone",
          atMost,
          () -> admin.namespaces().withName(name).get() == null);
    }
    admin
        .configMaps()
        .inAnyNamespace()
        .withLabel("app.kubernetes.io/managed-by", "outrigger")
        .delete();
  }

  /** Whether a pod is there and ready. */
  boolean ready(String namespace, String name) {
    Pod pod = admin.pods().inNamespace(namespace).withName(name).get();
    return pod != null && Readiness.getInstance().isReady(pod);
  }

  /** What a command of busybox prints in a container, whether it succeeds or not. */
  String exec(String namespace, String pod, String container, String... command) throws Exception {
    String[] all = new String[command.length + 1];
    all[0] = "/bin/busybox";
    System.arraycopy(command, 0, all, 1, command.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ExecWatch watch =
        admin
            .pods()
            .inNamespace(namespace)
            .withName(pod)
            .inContainer(container)
            .writingOutput(out)
            .writingError(out)
            .exec(all)) {
      watch.exitCode().get(EXEC.toSeconds(), TimeUnit.SECONDS);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** A file of the tests' folder {@code kubernetes}. */
  static String resource(String name) throws IOException {
    try (InputStream in = TestCluster.class.getResourceAsStream("/kubernetes/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Waits; where it takes too long, says how the pods of some namespaces are and what they print.
   */
  void await(String what, Duration atMost, List<String> namespaces, Await.Condition condition) {
    try {
      Await.until(what, atMost, condition);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + logs(namespaces), e);
    }
  }

  /**
   * How the pods of some namespaces are, what the cluster says of those that do not run, and the
   * end of what their containers print.
   */
  String logs(List<String> namespaces) {
    StringBuilder out = new StringBuilder();
    for (String namespace : namespaces) {
      for (Pod pod : admin.pods().inNamespace(namespace).list().getItems()) {
        String name = pod.getMetadata().getName();
        out.append("\n---- ").append(name).append(' ').append(pod.getStatus().getPhase());
        if (!Readiness.getInstance().isReady(pod)) {
          out.append(events(namespace, name));
        }
        Stream.of(
                pod.getStatus().getInitContainerStatuses(), pod.getStatus().getContainerStatuses())
            .flatMap(List::stream)
            .forEach(
                container -> {
                  out.append("\n-- ").append(container.getName()).append(' ');
                  out.append(container.getState()).append('\n');
                  out.append(log(namespace, name, container.getName()));
                });
      }
    }
    return out.toString();
  }

  // why a pod isn't placed, or its containers aren't made, is in no status
  private String events(String namespace, String pod) {
    StringBuilder out = new StringBuilder();
    for (Event event :
        admin
            .v1()
            .events()
            .inNamespace(namespace)
            .withField("involvedObject.name", pod)
            .list()
            .getItems()) {
      out.append("\n  ").append(event.getLastTimestamp()).append(' ').append(event.getReason());
      out.append(": ").append(event.getMessage());
    }
    return out.toString();
  }

  private String log(String namespace, String pod, String container) {
    try {
      return admin
          .pods()
          .inNamespace(namespace)
          .withName(pod)
          .inContainer(container)
          .tailingLines(20)
          .getLog();
    } catch (RuntimeException e) {
      return "no log: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    broughtByUs.forEach(yaml -> objects(yaml).delete());
    admin.close();
  }
}
