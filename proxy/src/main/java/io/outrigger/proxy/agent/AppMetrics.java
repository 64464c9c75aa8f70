package io.outrigger.proxy.agent;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import org.jspecify.annotations.Nullable;

/** Where the application shows its metrics, as the pod's own annotations say. */
record AppMetrics(int port, String path) {
  private static final int DEFAULT_PORT = 80;

  /** Reads {@code ISTIO_PROMETHEUS_ANNOTATIONS}; null: the application shows none. */
  static @Nullable AppMetrics read(@Nullable String json) {
    if (json == null || json.isBlank()) {
      return null;
    }
    try {
      if (Yaml.parse("ISTIO_PROMETHEUS_ANNOTATIONS", json) instanceof Node.Mapping mapping
          && text(mapping, "scrape", "").equals("true")) {
        String path = text(mapping, "path", "/metrics");
        return new AppMetrics(
            Integer.parseInt(text(mapping, "port", Integer.toString(DEFAULT_PORT))),
            path.startsWith("/") ? path : "/" + path);
      }
      return null;
    } catch (YamlException | NumberFormatException e) {
      throw new IllegalArgumentException("ISTIO_PROMETHEUS_ANNOTATIONS: " + e.getMessage(), e);
    }
  }

  private static String text(Node.Mapping in, String name, String otherwise) {
    return in.get(name) instanceof Node.Scalar scalar && !scalar.isNull()
        ? scalar.text()
        : otherwise;
  }
}
