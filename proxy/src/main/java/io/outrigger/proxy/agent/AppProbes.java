package io.outrigger.proxy.agent;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code ISTIO_KUBE_APP_PROBERS}: JSON of the pod's own probes and hooks, by path. */
final class AppProbes {
  private static final String VARIABLE = "ISTIO_KUBE_APP_PROBERS";

  /** The kubelet waits for a hook as long as the pod may live; so long is a day. */
  private static final long HOOK_MILLIS = 86_400_000L;

  private AppProbes() {}

  /**
   * Reads them all.
   *
   * @throws IllegalArgumentException if it isn't what injection writes; says where
   */
  static List<AppProbe> read(@Nullable String json) {
    List<AppProbe> out = new ArrayList<>();
    if (json == null || json.isBlank()) {
      return out;
    }
    Node document;
    try {
      document = Yaml.parse(VARIABLE, json);
    } catch (YamlException e) {
      throw new IllegalArgumentException(e.text(), e);
    }
    if (!(document instanceof Node.Mapping mapping)) {
      throw new IllegalArgumentException(VARIABLE + " must be an object of probes by path");
    }
    for (Node.Entry entry : mapping.entries()) {
      out.add(probe(entry.key(), entry.value()));
    }
    return out;
  }

  private static AppProbe probe(String path, Node node) {
    Node asked = node.locate("httpGet");
    long millis = seconds(node, path);
    if (!asked.equals(node)) {
      boolean tls = text(asked, "scheme", "HTTP").equalsIgnoreCase("HTTPS");
      String request = text(asked, "path", "/");
      return new AppProbe(
          path,
          tls ? AppProbe.Kind.HTTPS : AppProbe.Kind.HTTP,
          port(asked, path),
          request.startsWith("/") ? request : "/" + request,
          headers(asked),
          "",
          millis);
    }
    asked = node.locate("tcpSocket");
    if (!asked.equals(node)) {
      return new AppProbe(path, AppProbe.Kind.TCP, port(asked, path), "", List.of(), "", millis);
    }
    asked = node.locate("grpc");
    if (!asked.equals(node)) {
      return new AppProbe(
          path,
          AppProbe.Kind.GRPC,
          port(asked, path),
          "",
          List.of(),
          text(asked, "service", ""),
          millis);
    }
    throw new IllegalArgumentException(
        VARIABLE + ": " + path + " must have one of httpGet, tcpSocket, grpc");
  }

  private static long seconds(Node node, String path) {
    String text = text(node, "timeoutSeconds", "");
    return text.isEmpty() ? HOOK_MILLIS : 1000L * number(text, path, "timeoutSeconds", 86_400);
  }

  private static int port(Node asked, String path) {
    return number(text(asked, "port", ""), path, "port", 65_535);
  }

  private static int number(String text, String path, String field, int most) {
    try {
      int number = Integer.parseInt(text);
      if (number > 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(
        VARIABLE
            + ": "
            + path
            + ": "
            + field
            + " is \""
            + text
            + "\"; a number from 1 to "
            + most
            + " is allowed");
  }

  private static List<Map.Entry<String, String>> headers(Node asked) {
    List<Map.Entry<String, String>> out = new ArrayList<>();
    if (asked.locate("httpHeaders") instanceof Node.Sequence list) {
      for (Node item : list.items()) {
        out.add(Map.entry(text(item, "name", ""), text(item, "value", "")));
      }
    }
    return out;
  }

  private static String text(Node in, String name, String otherwise) {
    return in instanceof Node.Mapping mapping
            && mapping.get(name) instanceof Node.Scalar scalar
            && !scalar.isNull()
        ? scalar.text()
        : otherwise;
  }
}
