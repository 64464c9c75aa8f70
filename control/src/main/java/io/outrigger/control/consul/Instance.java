package io.outrigger.control.consul;

import io.outrigger.api.yaml.Node;
import io.outrigger.control.resource.Tree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a service as Consul knows it.
 *
 * @param node the name of the node where it runs
 * @param address the instance's own, else its node's
 * @param weight what it has in its present health
 * @param virtualAddress stands for the whole service in Consul's own mesh; null for none
 */
record Instance(
    String id,
    String node,
    String address,
    int port,
    List<String> tags,
    Map<String, String> meta,
    Map<String, String> nodeMeta,
    String datacenter,
    @Nullable String locality,
    int weight,
    Health health,
    @Nullable String virtualAddress) {

  /** The worst of its checks and its node's, as Consul's DNS takes it. */
  enum Health {
    PASSING,
    WARNING,
    CRITICAL
  }

  /** The instances in an answer of {@code /v1/health/service}, without proxies of Consul's own. */
  static List<Instance> read(Node answer) {
    List<Instance> out = new ArrayList<>();
    for (Node.Mapping entry : Tree.mappings(answer)) {
      Node.Mapping service = Tree.mapping(entry, "Service");
      Node.Mapping node = Tree.mapping(entry, "Node");
      String kind = or(Tree.text(service, "Kind"), "");
      if (service == null || node == null || !kind.isEmpty()) {
        continue;
      }
      Health health = health(entry);
      Node.Mapping virtual =
          Tree.mapping(Tree.mapping(service, "TaggedAddresses"), "consul-virtual");
      out.add(
          new Instance(
              or(Tree.text(service, "ID"), ""),
              or(Tree.text(node, "Node"), ""),
              or(Tree.text(service, "Address"), or(Tree.text(node, "Address"), "")),
              number(service, "Port", 0),
              tags(service),
              texts(Tree.mapping(service, "Meta")),
              texts(Tree.mapping(node, "Meta")),
              or(Tree.text(node, "Datacenter"), ""),
              locality(service, node),
              weight(service, health),
              health,
              Tree.text(virtual, "Address")));
    }
    return out;
  }

  /** Whether it may be sent to. */
  boolean usable() {
    return health != Health.CRITICAL && weight > 0 && port > 0 && !address.isEmpty();
  }

  private static Health health(Node.Mapping entry) {
    Health worst = Health.PASSING;
    for (Node.Mapping check : Tree.mappings(entry, "Checks")) {
      Health health =
          switch (or(Tree.text(check, "Status"), "")) {
            case "passing" -> Health.PASSING;
            case "warning" -> Health.WARNING;
            default -> Health.CRITICAL; // maintenance too, which is a critical check of its own
          };
      worst = health.compareTo(worst) > 0 ? health : worst;
    }
    return worst;
  }

  private static int weight(Node.Mapping service, Health health) {
    Node.Mapping weights = Tree.mapping(service, "Weights");
    return weights == null
        ? 1
        : number(weights, health == Health.WARNING ? "Warning" : "Passing", 1);
  }

  /** Consul's Locality where it knows one, else the meta keys region and zone. */
  private static @Nullable String locality(Node.Mapping service, Node.Mapping node) {
    for (Node.Mapping from : List.of(service, node)) {
      Node.Mapping locality = Tree.mapping(from, "Locality");
      Node.Mapping meta = Tree.mapping(from, "Meta");
      String zone = or(Tree.text(locality, "Zone"), or(Tree.text(meta, "zone"), ""));
      String region = or(Tree.text(locality, "Region"), or(Tree.text(meta, "region"), ""));
      if (!zone.isEmpty() || !region.isEmpty()) {
        String datacenter = or(Tree.text(node, "Datacenter"), "");
        return (region.isEmpty() ? datacenter : region) + (zone.isEmpty() ? "" : "/" + zone);
      }
    }
    return null;
  }

  private static List<String> tags(Node.Mapping service) {
    List<String> out = new ArrayList<>();
    if (service.get("Tags") instanceof Node.Sequence tags) {
      for (Node tag : tags.items()) {
        if (tag instanceof Node.Scalar scalar && !scalar.isNull()) {
          out.add(scalar.text());
        }
      }
    }
    return List.copyOf(out);
  }

  private static Map<String, String> texts(Node.@Nullable Mapping map) {
    Map<String, String> out = new LinkedHashMap<>();
    if (map != null) {
      for (Node.Entry entry : map.entries()) {
        if (entry.value() instanceof Node.Scalar scalar) {
          out.put(entry.key(), scalar.text());
        }
      }
    }
    return Collections.unmodifiableMap(out);
  }

  static int number(Node.Mapping from, String name, int otherwise) {
    try {
      String text = Tree.text(from, name);
      return text == null ? otherwise : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private static String or(@Nullable String text, String otherwise) {
    return text == null || text.isEmpty() ? otherwise : text;
  }
}
