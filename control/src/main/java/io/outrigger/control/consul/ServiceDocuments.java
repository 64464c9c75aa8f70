package io.outrigger.control.consul;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Place;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.source.ResourceReader;
import io.outrigger.control.world.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A service of Consul's as the resources that the mesh is made of: a ServiceEntry under its name in
 * Consul's DNS, and a WorkloadEntry for each instance that may be sent to.
 *
 * <p>A service in Consul has no port, only its instances have. Callers reach it by the port that
 * all instances share, or the one that a meta key declares; and whatever those are, HTTP by 80.
 */
final class ServiceDocuments {
  /** Consul without the Enterprise edition knows one namespace, of that name. */
  static final String NAMESPACE = "default";

  /** Meta keys: the port that callers use, what is spoken there, who a sidecar proves to be. */
  private static final String SERVICE_PORT = InstanceLabels.OWN + "service-port";

  private static final String PROTOCOL = "protocol";
  private static final String ACCOUNT = InstanceLabels.OWN + "service-account";
  private static final int HTTP_PORT = 80;

  private final String service;
  private final Place place;

  ServiceDocuments(String service) {
    this.service = service;
    this.place = new Place(named(service), 0, 0);
  }

  /** What a service is called in messages. */
  static String named(String service) {
    return "consul service " + service;
  }

  /**
   * Reads them; none when no instance has a port.
   *
   * @param declared the protocol that a service-defaults entry gives; null for none
   */
  List<ResourceReader.Read> read(List<Instance> instances, @Nullable String declared) {
    NavigableSet<Integer> numbers = new TreeSet<>();
    instances.stream().map(Instance::port).filter(p -> p > 0).forEach(numbers::add);
    if (numbers.isEmpty()) {
      return List.of();
    }
    String protocol = protocol(instances, declared);
    Map<String, Node> ports = new TreeMap<>();
    List<ResourceReader.Read> out = new ArrayList<>();
    Integer main = main(instances, numbers);
    if (protocol.equals("TCP") && main == null) {
      main = numbers.first();
      out.add(
          new ResourceReader.Read(
              null,
              null,
              List.of(
                  new Problem(
                      Problem.Severity.WARNING,
                      place,
                      null,
                      "Service.Port",
                      "instances have the ports "
                          + numbers
                          + ", and callers of TCP need one: "
                          + main
                          + " is taken; the meta key "
                          + SERVICE_PORT
                          + " gives another"))));
    }
    if (main != null) {
      ports.put("main", port("main", main, protocol));
    }
    if (!protocol.equals("TCP") && (main == null || main != HTTP_PORT)) {
      ports.put("http", port("http", HTTP_PORT, protocol.isEmpty() ? "HTTP" : protocol));
    }
    out.addAll(ResourceReader.read(serviceEntry(instances, List.copyOf(ports.values()))));
    for (Instance instance : instances) {
      if (instance.usable()) {
        out.addAll(ResourceReader.read(workloadEntry(instance, ports)));
      }
    }
    return out;
  }

  /** In Istio's words; empty: the proxies find out. */
  private static String protocol(List<Instance> instances, @Nullable String declared) {
    for (Instance instance : instances) {
      String own = instance.meta().get(PROTOCOL);
      if (own != null && !own.isEmpty()) {
        return own.toUpperCase(Locale.ROOT);
      }
    }
    return declared == null ? "" : declared.toUpperCase(Locale.ROOT);
  }

  private static @Nullable Integer main(List<Instance> instances, NavigableSet<Integer> numbers) {
    for (Instance instance : instances) {
      String port = instance.meta().get(SERVICE_PORT);
      if (port != null && port.matches("[0-9]{1,5}")) {
        return Integer.valueOf(port);
      }
    }
    return numbers.size() == 1 ? numbers.first() : null;
  }

  private Node port(String name, int number, String protocol) {
    return map("name", text(name), "number", value(number), "protocol", text(protocol));
  }

  private Node serviceEntry(List<Instance> instances, List<Node> ports) {
    List<Node> addresses =
        instances.stream()
            .map(Instance::virtualAddress)
            .filter(Objects::nonNull)
            .distinct()
            .map(this::text)
            .toList();
    boolean named = instances.stream().anyMatch(i -> i.usable() && !isAddress(i.address()));
    return document(
        "ServiceEntry",
        service,
        map(
            "hosts",
            list(List.of(text(service + ".service.consul"))),
            "addresses",
            list(addresses),
            "ports",
            list(ports),
            "location",
            text("MESH_INTERNAL"),
            "resolution",
            text(named ? "DNS" : "STATIC"),
            "workloadSelector",
            map("labels", map(Service.CONSUL_LABEL, text(service)))));
  }

  private Node workloadEntry(Instance instance, Map<String, Node> ports) {
    Map<String, Node> labels = new TreeMap<>();
    InstanceLabels.of(service, instance).forEach((key, value) -> labels.put(key, text(value)));
    labels.put(Service.CONSUL_LABEL, text(service));
    Map<String, Node> numbers = new TreeMap<>();
    ports.keySet().forEach(name -> numbers.put(name, value(instance.port())));
    Map<String, Node> spec = new TreeMap<>();
    spec.put("address", text(instance.address()));
    spec.put("ports", map(numbers));
    spec.put("labels", map(labels));
    spec.put("weight", value(instance.weight()));
    if (instance.locality() != null) {
      spec.put("locality", text(instance.locality()));
    }
    String account = instance.meta().get(ACCOUNT);
    if (account != null && !account.isEmpty()) {
      spec.put("serviceAccount", text(account));
    }
    return document("WorkloadEntry", instance.node() + "/" + instance.id(), map(spec));
  }

  private Node document(String kind, String name, Node spec) {
    return map(
        "apiVersion",
        text("networking.istio.io/v1"),
        "kind",
        text(kind),
        "metadata",
        map("name", text(name), "namespace", text(NAMESPACE)),
        "spec",
        spec);
  }

  private static boolean isAddress(String host) {
    return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
  }

  private Node text(String text) {
    return new Node.Scalar(text, true, place);
  }

  private Node value(int number) {
    return new Node.Scalar(Integer.toString(number), false, place);
  }

  private Node list(List<Node> items) {
    return new Node.Sequence(items, place);
  }

  private Node map(Map<String, Node> from) {
    List<Node.Entry> entries = new ArrayList<>();
    from.forEach((key, value) -> entries.add(new Node.Entry(key, value, place)));
    return new Node.Mapping(entries, place);
  }

  private Node map(Object... keysAndValues) {
    List<Node.Entry> entries = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      entries.add(new Node.Entry((String) keysAndValues[i], (Node) keysAndValues[i + 1], place));
    }
    return new Node.Mapping(entries, place);
  }
}
