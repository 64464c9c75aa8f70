package io.outrigger.control.inject;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.outrigger.control.resource.LabelSelector;
import java.util.List;
import java.util.Map;

/** Whether a pod gets a sidecar, by Istio's rules: labels of the pod and of its namespace. */
final class Eligibility {
  static final String LABEL = "istio-injection";
  static final String OWN_LABEL = "outrigger.io/injection";

  private Eligibility() {}

  /** Why a pod gets none; empty: it gets one. */
  static String refusal(
      InjectionSettings settings,
      String namespace,
      Map<String, String> namespaceLabels,
      ObjectNode pod) {
    Map<String, String> labels = JsonTree.texts(pod.get("metadata"), "labels");
    Map<String, String> annotations = JsonTree.texts(pod.get("metadata"), "annotations");
    if (injected(pod, annotations)) {
      return "it has a sidecar already";
    }
    if (settings.skippedNamespaces().contains(namespace)) {
      return "namespace " + namespace + " is never meshed";
    }
    if (pod.at("/spec/hostNetwork").asBoolean()) {
      return "it is in its node's network (hostNetwork)";
    }
    String word = namespaceWord(namespaceLabels);
    String own =
        labels.getOrDefault(
            PodAnnotations.INJECT, annotations.getOrDefault(PodAnnotations.INJECT, ""));
    if (word.equals("disabled")) {
      return "namespace " + namespace + " says so (" + LABEL + ")";
    }
    if (no(own)) {
      return "it says so (" + PodAnnotations.INJECT + ")";
    }
    boolean asks = yes(own) || labels.containsKey(PodAnnotations.REVISION);
    if (!asks && selected(settings.neverInject(), labels)) {
      return "neverInjectSelector selects it";
    }
    boolean meshed =
        asks
            || word.equals("enabled")
            || namespaceLabels.containsKey(PodAnnotations.REVISION)
            || settings.injectByDefault()
            || selected(settings.alwaysInject(), labels);
    if (!meshed) {
      return "neither it nor namespace " + namespace + " asks for one";
    }
    String revision = revision(labels, namespaceLabels, word);
    return revision.equals(settings.revision())
        ? ""
        : "it is revision " + revision + "'s, not " + settings.revision() + "'s";
  }

  /** One without a condition selects nothing here: nobody means every pod by it. */
  private static boolean selected(List<LabelSelector> selectors, Map<String, String> labels) {
    return selectors.stream().anyMatch(s -> !s.isEmpty() && s.holds(labels));
  }

  /** The namespace's own word comes before the pod's revision, as in Istio. */
  private static String revision(
      Map<String, String> labels, Map<String, String> namespaceLabels, String word) {
    if (word.equals("enabled")) {
      return "default";
    }
    String ofNamespace = namespaceLabels.get(PodAnnotations.REVISION);
    return ofNamespace != null
        ? ofNamespace
        : labels.getOrDefault(PodAnnotations.REVISION, "default");
  }

  private static String namespaceWord(Map<String, String> labels) {
    String own = labels.getOrDefault(OWN_LABEL, "");
    return own.isEmpty() ? labels.getOrDefault(LABEL, "") : own;
  }

  private static boolean injected(ObjectNode pod, Map<String, String> annotations) {
    return annotations.containsKey(PodAnnotations.STATUS)
        && (has(pod, "containers") || has(pod, "initContainers"));
  }

  private static boolean has(ObjectNode pod, String list) {
    return JsonTree.objects(pod.get("spec"), list).stream()
        .anyMatch(c -> JsonTree.text(c, "name").equals(SidecarContainer.NAME));
  }

  private static boolean yes(String word) {
    return word.equals("true") || word.equals("y") || word.equals("yes") || word.equals("on");
  }

  private static boolean no(String word) {
    return word.equals("false") || word.equals("n") || word.equals("no") || word.equals("off");
  }
}
