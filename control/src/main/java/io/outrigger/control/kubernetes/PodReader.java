package io.outrigger.control.kubernetes;

import io.outrigger.api.yaml.Node;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Picks what the mesh wants out of a Pod; the rest of it is Kubernetes' to check. */
public final class PodReader {
  private PodReader() {}

  public static Pod read(Node.Mapping document) {
    Node.Mapping spec = mapping(document, "spec");
    Node.Mapping status = mapping(document, "status");
    Set<String> addresses = new LinkedHashSet<>();
    String first = text(status, "podIP");
    if (first != null) {
      addresses.add(first);
    }
    for (Node.Mapping ip : mappings(status, "podIPs")) {
      String address = text(ip, "ip");
      if (address != null) {
        addresses.add(address);
      }
    }
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (Node.Mapping container : mappings(spec, "containers")) {
      for (Node.Mapping port : mappings(container, "ports")) {
        String name = text(port, "name");
        String number = text(port, "containerPort");
        if (name != null && number != null && number.matches("[0-9]{1,5}")) {
          ports.put(name, Integer.parseInt(number));
        }
      }
    }
    String account = text(spec, "serviceAccountName");
    return new Pod(
        List.copyOf(addresses),
        account == null ? "default" : account,
        text(spec, "nodeName"),
        Map.copyOf(ports));
  }

  private static Node.@Nullable Mapping mapping(Node.@Nullable Mapping parent, String name) {
    return parent != null && parent.get(name) instanceof Node.Mapping found ? found : null;
  }

  private static List<Node.Mapping> mappings(Node.@Nullable Mapping parent, String name) {
    return parent != null && parent.get(name) instanceof Node.Sequence found
        ? found.items().stream()
            .filter(Node.Mapping.class::isInstance)
            .map(Node.Mapping.class::cast)
            .toList()
        : List.of();
  }

  private static @Nullable String text(Node.@Nullable Mapping parent, String name) {
    return parent != null && parent.get(name) instanceof Node.Scalar found && !found.isNull()
        ? found.text()
        : null;
  }
}
