package io.outrigger.control.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Leads the kubelet's questions about an application through its sidecar: the kubelet has no
 * identity in the mesh. Under Istio's paths, with the questions as they were for the sidecar.
 */
final class ProbeRewrite {
  /** A probe's field and Istio's word for it in the path. */
  private record Word(String field, String path) {}

  private static final List<Word> PROBES =
      List.of(
          new Word("readinessProbe", "readyz"),
          new Word("livenessProbe", "livez"),
          new Word("startupProbe", "startupz"));
  private static final List<Word> HOOKS =
      List.of(new Word("preStop", "prestopz"), new Word("postStart", "poststartz"));

  private final int statusPort;
  private final ObjectNode originals = JsonTree.NODES.objectNode();

  ProbeRewrite(int statusPort) {
    this.statusPort = statusPort;
  }

  /** The questions as they were, by path: the value of ISTIO_KUBE_APP_PROBERS; empty for none. */
  String originals() {
    return originals.isEmpty() ? "" : originals.toString();
  }

  void rewrite(ObjectNode container) {
    String name = JsonTree.text(container, "name");
    for (Word word : PROBES) {
      ObjectNode probe = JsonTree.object(container, word.field());
      if (probe != null) {
        JsonNode timeout = probe.get("timeoutSeconds");
        int seconds = timeout == null ? 1 : Math.max(1, timeout.asInt());
        replace(container, probe, "/app-health/" + name + "/" + word.path(), seconds);
      }
    }
    ObjectNode lifecycle = JsonTree.object(container, "lifecycle");
    for (Word word : HOOKS) {
      ObjectNode hook = JsonTree.object(lifecycle, word.field());
      if (hook != null) {
        // the kubelet waits for a hook as long as the pod may live
        replace(container, hook, "/app-lifecycle/" + name + "/" + word.path(), 0);
      }
    }
  }

  private void replace(ObjectNode container, ObjectNode in, String path, int timeoutSeconds) {
    for (String kind : List.of("httpGet", "tcpSocket", "grpc")) {
      ObjectNode asked = JsonTree.object(in, kind);
      if (asked == null || !JsonTree.text(asked, "host").isEmpty()) {
        continue; // a host of its own is somewhere else
      }
      int port = port(container, asked.get("port"));
      if (port == 0 || port == statusPort) {
        continue;
      }
      ObjectNode original = originals.putObject(path);
      original.set(kind, asked.deepCopy().put("port", port));
      if (timeoutSeconds > 0) {
        original.put("timeoutSeconds", timeoutSeconds);
      }
      in.remove(kind);
      in.putObject("httpGet").put("path", path).put("port", statusPort).put("scheme", "HTTP");
      return;
    }
  }

  /** The port's number; 0 if its name is no port's of the container. */
  private static int port(ObjectNode container, @Nullable JsonNode port) {
    if (port == null) {
      return 0;
    }
    String text = port.asText();
    if (AnnotationValues.isPort(text)) {
      return Integer.parseInt(text);
    }
    for (ObjectNode declared : JsonTree.objects(container, "ports")) {
      if (JsonTree.text(declared, "name").equals(text)) {
        return declared.path("containerPort").asInt();
      }
    }
    return 0;
  }
}
