package io.outrigger.control.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.zjsonpatch.JsonDiff;
import io.outrigger.control.istio.InterceptionMode;
import io.outrigger.control.istio.WorkloadEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts a sidecar into a pod. */
public final class PodInjector {
  private static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";
  private static final String DEFAULT_LOGS = "kubectl.kubernetes.io/default-logs-container";
  private static final String PROMETHEUS = "prometheus.io/";
  private static final KubernetesSerialization MODELS = new KubernetesSerialization();
  private static final int DEFAULT_GRACE = 30;

  /** What is left of a pod's grace period for the sidecar to close when it has drained. */
  private static final int CLOSING = 3;

  /**
   * Where a pod is to be.
   *
   * @param owner the name of what it comes from, where the pod itself doesn't tell; else empty
   * @param nodesHaveNative whether the nodes know init containers that go on running
   * @param mode of interception, where neither the pod nor the settings say one: the mesh's
   */
  public record Surroundings(
      String namespace,
      Map<String, String> namespaceLabels,
      String owner,
      boolean nodesHaveNative,
      InterceptionMode mode) {}

  /** What became of a pod. */
  public sealed interface Outcome {}

  /** It has a sidecar now. */
  public record Injected(ObjectNode pod, List<PodProblem> warnings) implements Outcome {}

  /** It is to have none, or has one. */
  public record Skipped(String reason) implements Outcome {}

  /** It must not start: it would be without what its annotations ask for. */
  public record Refused(List<PodProblem> problems) implements Outcome {}

  private final InjectionSettings settings;
  private final Surroundings surroundings;
  private final ObjectNode pod;
  private final ObjectNode metadata;
  private final ObjectNode spec;
  private final PodProblems problems = new PodProblems();

  private PodInjector(InjectionSettings settings, Surroundings surroundings, ObjectNode pod) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.pod = pod;
    this.metadata = JsonTree.make(pod, "metadata");
    this.spec = JsonTree.make(pod, "spec");
  }

  /** The pod with its sidecar, if it is to have one; the one that was given isn't changed. */
  public static Outcome inject(
      InjectionSettings settings, Surroundings surroundings, ObjectNode pod) {
    String refusal =
        Eligibility.refusal(
            settings, surroundings.namespace(), surroundings.namespaceLabels(), pod);
    return refusal.isEmpty()
        ? new PodInjector(settings, surroundings, pod.deepCopy()).inject()
        : new Skipped(refusal);
  }

  /** What makes the one of the other, as RFC 6902 writes it. */
  public static JsonNode patch(ObjectNode before, ObjectNode after) {
    return JsonDiff.asJson(before, after);
  }

  private Outcome inject() {
    Map<String, String> annotations = JsonTree.texts(metadata, "annotations");
    PodSettings own =
        new PodSettingsReader(settings, annotations, problems)
            .read(surroundings.nodesHaveNative(), surroundings.mode());
    List<ObjectNode> applications = applications();
    if (applications.isEmpty()) {
      problems.field("spec.containers", "must have a container");
    }
    runsAsProxy(applications, own.mode());
    int appPort = own.mode() == InterceptionMode.NONE ? appPort(applications) : 0;
    if (problems.errors()) {
      return new Refused(problems.list());
    }
    ObjectNode users = takeUsersContainer();

    Map<String, String> variables = new LinkedHashMap<>();
    if (own.rewriteProbes() && own.statusPort() != 0) {
      ProbeRewrite rewrite = new ProbeRewrite(own.statusPort());
      applications.forEach(rewrite::rewrite);
      JsonTree.objects(spec, "initContainers").forEach(rewrite::rewrite);
      if (!rewrite.originals().isEmpty()) {
        variables.put("ISTIO_KUBE_APP_PROBERS", rewrite.originals());
      }
    }
    if (own.prometheusMerge() && own.statusPort() != 0) {
      metrics(own.statusPort(), annotations, variables);
    }
    if (own.drain().delayApplication() && surroundings.nodesHaveNative()) {
      applications.forEach(container -> delay(container, own.drain().minimum()));
    }
    Workload workload = Workload.of(pod, surroundings.owner());
    labels(workload);
    ObjectNode sidecar =
        tree(new SidecarContainer(settings, own, workload).of(appPort, drainLimit(), variables));
    own.mounts().forEach(JsonTree.list(sidecar, "volumeMounts")::add);
    ContainerMerge.mergeObject(
        JsonTree.make(sidecar, "securityContext"), settings.proxy().securityContext());
    if (users != null) {
      ContainerMerge.merge(sidecar, users);
    }
    place(own, sidecar);
    List<String> volumes = volumes(own);
    annotations(own, applications, volumes);
    return new Injected(pod, problems.list());
  }

  // ---- what is there ----

  private List<ObjectNode> applications() {
    List<ObjectNode> out = new ArrayList<>();
    for (ObjectNode container : JsonTree.objects(spec, "containers")) {
      if (!JsonTree.text(container, "name").equals(SidecarContainer.NAME)) {
        out.add(container);
      }
    }
    return out;
  }

  /**
   * What runs as the proxy isn't intercepted: it would be outside of the mesh unnoticed. With
   * TPROXY the proxy is whoever has its group, for its user is root.
   */
  private void runsAsProxy(List<ObjectNode> applications, InterceptionMode mode) {
    runsAsProxy(applications, "runAsUser");
    if (mode == InterceptionMode.TPROXY) {
      runsAsProxy(applications, "runAsGroup");
    }
  }

  private void runsAsProxy(List<ObjectNode> applications, String field) {
    long ofPod = spec.at("/securityContext/" + field).asLong(-1);
    for (ObjectNode container : applications) {
      if (container.at("/securityContext/" + field).asLong(ofPod) == SidecarContainer.USER) {
        problems.field(
            "spec.containers[" + JsonTree.text(container, "name") + "].securityContext." + field,
            "found 1337; must be another: that "
                + (field.equals("runAsUser") ? "user" : "group")
                + "'s traffic is the sidecar's own, and isn't intercepted");
      }
    }
  }

  private int appPort(List<ObjectNode> applications) {
    for (ObjectNode container : applications) {
      for (ObjectNode port : JsonTree.objects(container, "ports")) {
        int number = port.path("containerPort").asInt();
        if (number > 0) {
          return number;
        }
      }
    }
    problems.annotation(
        PodAnnotations.MODE,
        "found \"NONE\", and no container declares a port; one must, to tell where the"
            + " application listens");
    return 0;
  }

  private @Nullable ObjectNode takeUsersContainer() {
    ObjectNode found = null;
    for (String list : List.of("containers", "initContainers")) {
      if (spec.get(list) instanceof ArrayNode containers) {
        for (int i = containers.size() - 1; i >= 0; i--) {
          if (JsonTree.text(containers.get(i), "name").equals(SidecarContainer.NAME)) {
            found = (ObjectNode) containers.remove(i);
          }
        }
      }
    }
    return found;
  }

  private Duration drainLimit() {
    JsonNode grace = spec.get("terminationGracePeriodSeconds");
    int seconds = grace == null ? DEFAULT_GRACE : grace.asInt(DEFAULT_GRACE);
    return Duration.ofSeconds(Math.max(1, seconds - CLOSING));
  }

  // ---- what is added ----

  /** The application's metrics are asked for at the sidecar, which asks the application. */
  private void metrics(
      int statusPort, Map<String, String> annotations, Map<String, String> variables) {
    String scrape = annotations.getOrDefault(PROMETHEUS + "scrape", "");
    if (scrape.equals("false")) {
      return;
    }
    ObjectNode target = JsonTree.NODES.objectNode();
    for (String word : List.of("scrape", "path", "port")) {
      String value = annotations.getOrDefault(PROMETHEUS + word, "");
      if (!value.isEmpty()) {
        target.put(word, value);
      }
    }
    String port = target.path("port").asText();
    if (!port.isEmpty() && !AnnotationValues.isPort(port)) {
      problems.warning(
          PROMETHEUS + "port", "found \"" + port + "\"; no port, so it isn't asked for metrics");
    } else if (scrape.equals("true")) {
      variables.put("ISTIO_PROMETHEUS_ANNOTATIONS", target.toString());
    }
    JsonTree.make(metadata, "annotations")
        .put(PROMETHEUS + "scrape", "true")
        .put(PROMETHEUS + "port", Integer.toString(statusPort))
        .put(PROMETHEUS + "path", "/stats/prometheus");
  }

  /**
   * The pod's end is known to those that call it only after a while: so long its application serves
   * on, unless it has a hook of its own.
   */
  private void delay(ObjectNode container, Duration minimum) {
    long seconds = Math.min(minimum.toSeconds(), drainLimit().toSeconds());
    ObjectNode lifecycle = JsonTree.make(container, "lifecycle");
    if (JsonTree.object(lifecycle, "preStop") == null && seconds > 0) {
      lifecycle.putObject("preStop").putObject("sleep").put("seconds", seconds);
    }
    if (lifecycle.isEmpty()) {
      container.remove("lifecycle");
    }
  }

  private void labels(Workload workload) {
    ObjectNode labels = JsonTree.make(metadata, "labels");
    putIfAbsent(labels, WorkloadEntry.TLS_MODE_LABEL, "istio");
    putIfAbsent(labels, Workload.CANONICAL_NAME, workload.canonicalName());
    putIfAbsent(labels, Workload.CANONICAL_REVISION, workload.canonicalRevision());
  }

  private void place(PodSettings own, ObjectNode sidecar) {
    ArrayNode init = JsonTree.list(spec, "initContainers");
    ArrayNode containers = JsonTree.list(spec, "containers");
    int at = 0;
    boolean rules = own.mode() != InterceptionMode.NONE;
    if (own.nativeSidecar()) {
      if (rules) {
        init.insert(at++, tree(InitContainer.of(settings, own)));
      }
      init.insert(at, sidecar);
    } else {
      if (rules) {
        // before the rules are there, the application's own init containers reach others by
        // themselves; behind them they would reach nobody, since the sidecar doesn't run yet
        init.add(tree(InitContainer.of(settings, own)));
      }
      containers.insert(own.holdApplication() ? 0 : containers.size(), sidecar);
    }
    if (init.isEmpty()) {
      spec.remove("initContainers");
    }
  }

  private List<String> volumes(PodSettings own) {
    List<String> names = new ArrayList<>();
    ArrayNode volumes = JsonTree.list(spec, "volumes");
    SidecarVolumes.all().forEach(volume -> add(volumes, tree(volume), names));
    own.volumes().forEach(volume -> add(volumes, volume, names));
    if (!settings.imagePullSecrets().isEmpty()) {
      ArrayNode secrets = JsonTree.list(spec, "imagePullSecrets");
      settings.imagePullSecrets().forEach(name -> secrets.addObject().put("name", name));
    }
    return names;
  }

  private static void add(ArrayNode volumes, ObjectNode volume, List<String> names) {
    String name = JsonTree.text(volume, "name");
    for (int i = volumes.size() - 1; i >= 0; i--) {
      if (JsonTree.text(volumes.get(i), "name").equals(name)) {
        volumes.remove(i);
      }
    }
    volumes.add(volume);
    names.add(name);
  }

  private void annotations(PodSettings own, List<ObjectNode> applications, List<String> volumes) {
    ObjectNode annotations = JsonTree.make(metadata, "annotations");
    String first = JsonTree.text(applications.getFirst(), "name");
    putIfAbsent(annotations, DEFAULT_CONTAINER, first);
    putIfAbsent(annotations, DEFAULT_LOGS, first);
    annotations.put(PodAnnotations.REVISION, settings.revision());
    ObjectNode status = JsonTree.NODES.objectNode();
    ArrayNode init = status.putArray("initContainers");
    if (own.mode() != InterceptionMode.NONE) {
      init.add(InitContainer.NAME);
    }
    ArrayNode containers = status.putArray("containers");
    (own.nativeSidecar() ? init : containers).add(SidecarContainer.NAME);
    ArrayNode names = status.putArray("volumes");
    volumes.forEach(names::add);
    ArrayNode secrets = status.putArray("imagePullSecrets");
    settings.imagePullSecrets().forEach(secrets::add);
    annotations.put(PodAnnotations.STATUS, status.put("revision", settings.revision()).toString());
  }

  private static void putIfAbsent(ObjectNode in, String name, String value) {
    if (JsonTree.text(in, name).isEmpty()) {
      in.put(name, value);
    }
  }

  private static ObjectNode tree(Object model) {
    return MODELS.convertValue(model, ObjectNode.class);
  }
}
