package io.outrigger.control.kubernetes;

import io.outrigger.api.yaml.Node;
import io.outrigger.control.resource.Tree;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Picks what the mesh wants out of a Pod; the rest of it is Kubernetes' to check. */
public final class PodReader {
  private PodReader() {}

  public static Pod read(Node.Mapping document) {
    Node.Mapping spec = Tree.mapping(document, "spec");
    Node.Mapping status = Tree.mapping(document, "status");
    Set<String> addresses = new LinkedHashSet<>();
    String first = Tree.text(status, "podIP");
    if (first != null) {
      addresses.add(first);
    }
    for (Node.Mapping ip : Tree.mappings(status, "podIPs")) {
      String address = Tree.text(ip, "ip");
      if (address != null) {
        addresses.add(address);
      }
    }
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (Node.Mapping container : Tree.mappings(spec, "containers")) {
      for (Node.Mapping port : Tree.mappings(container, "ports")) {
        String name = Tree.text(port, "name");
        String number = Tree.text(port, "containerPort");
        if (name != null && number != null && number.matches("[0-9]{1,5}")) {
          ports.put(name, Integer.parseInt(number));
        }
      }
    }
    String account = Tree.text(spec, "serviceAccountName");
    return new Pod(
        List.copyOf(addresses),
        account == null ? "default" : account,
        Tree.text(spec, "nodeName"),
        Map.copyOf(ports));
  }
}
