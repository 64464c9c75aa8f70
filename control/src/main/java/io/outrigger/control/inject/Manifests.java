package io.outrigger.control.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Place;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.control.istio.InterceptionMode;
import io.outrigger.control.resource.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts sidecars into the workloads of YAML files; every other document stays as it is written. */
public final class Manifests {
  private static final Set<String> WITH_TEMPLATE =
      Set.of(
          "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job");
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  /**
   * What became of a file.
   *
   * @param text with the sidecars
   * @param problems with the lines of the file; with an error among them the text isn't to be used
   * @param skipped a line a workload that gets none
   */
  public record Result(String text, List<Problem> problems, List<String> skipped) {
    public boolean failed() {
      return problems.stream().anyMatch(Problem::error);
    }
  }

  private final InjectionSettings settings;
  private final String file;
  private final String namespace;
  private final boolean nodesHaveNative;
  private final List<Problem> problems = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  private Manifests(
      InjectionSettings settings, String file, String namespace, boolean nodesHaveNative) {
    this.settings = settings;
    this.file = file;
    this.namespace = namespace;
    this.nodesHaveNative = nodesHaveNative;
  }

  /**
   * Injects into all documents of a text.
   *
   * @param file its name, for problems
   * @param namespace of resources that name none
   * @param nodesHaveNative what native sidecars are if the settings leave it to the cluster
   */
  public static Result inject(
      InjectionSettings settings,
      String file,
      String text,
      String namespace,
      boolean nodesHaveNative) {
    Manifests manifests = new Manifests(settings, file, namespace, nodesHaveNative);
    StringBuilder out = new StringBuilder();
    StringBuilder document = new StringBuilder();
    int line = 0;
    int begin = 0;
    for (String each : text.split("(?<=\n)", -1)) {
      // within a block, a line that begins so is the end of the document too
      if (isSeparator(each) && !document.isEmpty()) {
        out.append(manifests.document(document.toString(), begin));
        document.setLength(0);
        begin = line;
      }
      document.append(each);
      line++;
    }
    out.append(manifests.document(document.toString(), begin));
    return new Result(
        out.toString(), List.copyOf(manifests.problems), List.copyOf(manifests.skipped));
  }

  private static boolean isSeparator(String line) {
    return line.startsWith("---") && (line.length() == 3 || line.substring(3, 4).isBlank());
  }

  /**
   * One document, injected or as it is.
   *
   * @param before how many lines of the file stand before it
   */
  private String document(String text, int before) {
    try {
      Node node = Yaml.parse(file, "\n".repeat(before) + text);
      if (!(node instanceof Node.Mapping mapping)) {
        return text;
      }
      JsonNode tree = JsonTree.of(mapping);
      if (!(tree instanceof ObjectNode object) || !resource(object, mapping)) {
        return text;
      }
      return YAML.asYaml(object);
    } catch (YamlException e) {
      problems.add(
          new Problem(Problem.Severity.ERROR, e.place(), null, "", String.valueOf(e.getMessage())));
      return text;
    }
  }

  /** Whether it was changed. */
  private boolean resource(ObjectNode object, Node.Mapping at) {
    String kind = JsonTree.text(object, "kind");
    if (kind.equals("List")) {
      boolean changed = false;
      List<ObjectNode> items = JsonTree.objects(object, "items");
      for (int i = 0; i < items.size(); i++) {
        if (at.locate("items[" + i + "]") instanceof Node.Mapping item) {
          changed |= resource(items.get(i), item);
        }
      }
      return changed;
    }
    String path =
        kind.equals("Pod")
            ? ""
            : WITH_TEMPLATE.contains(kind)
                ? "spec.template"
                : kind.equals("CronJob") ? "spec.jobTemplate.spec.template" : null;
    return path != null && workload(object, kind, path, at);
  }

  private boolean workload(ObjectNode object, String kind, String path, Node.Mapping at) {
    ObjectNode parent = null;
    ObjectNode pod = object;
    String last = "";
    if (!path.isEmpty()) {
      for (String step : path.split("\\.", -1)) {
        parent = pod;
        last = step;
        pod = JsonTree.object(pod, step);
        if (pod == null) {
          return false; // Kubernetes says what is missing
        }
      }
    }
    String name = JsonTree.text(object.get("metadata"), "name");
    String own = JsonTree.text(object.get("metadata"), "namespace");
    PodInjector.Outcome outcome =
        PodInjector.inject(
            settings,
            new PodInjector.Surroundings(
                own.isEmpty() ? namespace : own,
                asks(),
                parent == null ? "" : name,
                nodesHaveNative,
                InterceptionMode.REDIRECT),
            pod);
    return switch (outcome) {
      case PodInjector.Skipped why -> {
        skipped.add(at.place() + ": " + kind + " " + name + ": " + why.reason());
        yield false;
      }
      case PodInjector.Refused refused -> {
        report(refused.problems(), kind + " " + name, path, at);
        yield false;
      }
      case PodInjector.Injected done -> {
        report(done.warnings(), kind + " " + name, path, at);
        if (parent == null) {
          object.removeAll();
          object.setAll(done.pod());
        } else {
          parent.set(last, done.pod());
        }
        yield true;
      }
    };
  }

  /** Who names a file asks for sidecars in it. */
  private Map<String, String> asks() {
    return settings.revision().equals("default")
        ? Map.of(Eligibility.LABEL, "enabled")
        : Map.of(PodAnnotations.REVISION, settings.revision());
  }

  private void report(List<PodProblem> found, String who, String path, Node.Mapping at) {
    Node template = path.isEmpty() ? at : at.locate(path);
    for (PodProblem problem : found) {
      Place place = annotation(template, problem.annotation());
      problems.add(
          new Problem(
              problem.error() ? Problem.Severity.ERROR : Problem.Severity.WARNING,
              place == null ? template.locate(problem.path()).place() : place,
              null,
              who + ": " + (path.isEmpty() ? "" : path + ".") + problem.field(),
              problem.message()));
    }
  }

  private static @Nullable Place annotation(Node template, String name) {
    if (!name.isEmpty() && template.locate("metadata.annotations") instanceof Node.Mapping all) {
      for (Node.Entry entry : all.entries()) {
        if (entry.key().equals(name)) {
          return entry.place();
        }
      }
    }
    return null;
  }
}
