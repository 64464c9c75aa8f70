package io.outrigger.control.inject;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * What a pod is an instance of.
 *
 * @param name of the Deployment, StatefulSet or the like that it comes from; else its own
 * @param canonicalName Istio's name for the service, by which metrics are grouped
 * @param canonicalRevision its version
 */
record Workload(String name, String canonicalName, String canonicalRevision) {
  static final String CANONICAL_NAME = "service.istio.io/canonical-name";
  static final String CANONICAL_REVISION = "service.istio.io/canonical-revision";

  /** A label's value has at most so many characters. */
  private static final int LABEL = 63;

  /**
   * Tells it.
   *
   * @param owner the name of what the pod comes from, where it is known; else empty
   */
  static Workload of(ObjectNode pod, String owner) {
    ObjectNode metadata = JsonTree.make(pod, "metadata");
    Map<String, String> labels = JsonTree.texts(metadata, "labels");
    String name = owner.isEmpty() ? name(metadata, labels) : owner;
    return new Workload(
        name,
        first(labels, name, CANONICAL_NAME, "app.kubernetes.io/name", "app"),
        first(labels, "latest", CANONICAL_REVISION, "app.kubernetes.io/version", "version"));
  }

  private static String name(ObjectNode metadata, Map<String, String> labels) {
    for (ObjectNode owner : JsonTree.objects(metadata, "ownerReferences")) {
      String name = JsonTree.text(owner, "name");
      String kind = JsonTree.text(owner, "kind");
      if (!JsonTree.text(owner, "controller").equals("true") || name.isEmpty()) {
        continue;
      }
      // a Deployment's ReplicaSet has the template's hash behind its name, a CronJob's Job a time
      String hash = labels.getOrDefault("pod-template-hash", "");
      if (kind.equals("ReplicaSet") && !hash.isEmpty() && name.endsWith("-" + hash)) {
        return name.substring(0, name.length() - hash.length() - 1);
      }
      if (kind.equals("Job") && name.matches(".+-[0-9]{8,10}")) {
        return name.substring(0, name.lastIndexOf('-'));
      }
      return name;
    }
    String own = JsonTree.text(metadata, "name");
    String generated = JsonTree.text(metadata, "generateName");
    if (!own.isEmpty() || generated.isEmpty()) {
      return own.isEmpty() ? "pod" : own;
    }
    return generated.endsWith("-") ? generated.substring(0, generated.length() - 1) : generated;
  }

  private static String first(Map<String, String> labels, String otherwise, String... names) {
    for (String name : names) {
      String found = labels.getOrDefault(name, "");
      if (!found.isEmpty()) {
        return found;
      }
    }
    String cut = otherwise.length() > LABEL ? otherwise.substring(0, LABEL) : otherwise;
    return cut.replaceAll("[^A-Za-z0-9]+$", "");
  }
}
