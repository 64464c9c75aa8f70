package io.outrigger.control.istio;

import io.outrigger.api.yaml.Suggestion;
import io.outrigger.control.istio.ServiceEntry.Location;
import io.outrigger.control.istio.ServiceEntry.Resolution;
import io.outrigger.control.resource.Fields;
import io.outrigger.control.resource.Protocol;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a ServiceEntry. */
public final class ServiceEntryReader {
  private static final List<String> PROTOCOLS =
      List.of(
          "HTTP", "HTTPS", "GRPC", "GRPC-WEB", "HTTP2", "MONGO", "MYSQL", "REDIS", "TCP", "TLS");

  private ServiceEntryReader() {}

  public static ServiceEntry read(Fields fields) {
    List<ServiceEntry.Port> ports = fields.objects("ports", ServiceEntryReader::port);
    Resolution resolution =
        fields.unsupported("resolution", "DYNAMIC_DNS", "DYNAMIC_DNS isn't supported yet")
            ? Resolution.NONE
            : fields.oneOf("resolution", Resolution.class, Resolution.NONE);
    Map<String, String> selector = fields.object("workloadSelector", f -> f.stringMap("labels"));
    ServiceEntry spec =
        new ServiceEntry(
            fields.strings("hosts"),
            fields.strings("addresses"),
            ports,
            fields.oneOf("location", Location.class, Location.MESH_EXTERNAL),
            resolution,
            fields.objects("endpoints", f -> WorkloadEntryReader.read(f, Map.of())),
            selector,
            fields.strings("exportTo"),
            fields.strings("subjectAltNames"));
    check(fields, spec);
    return spec;
  }

  private static void check(Fields fields, ServiceEntry spec) {
    fields.some("hosts", spec.hosts(), "must name at least one host");
    for (String host : spec.hosts()) {
      HostCheck.check(fields, "hosts", host);
      if (host.equals("*")) {
        fields.error("hosts", "\"*\" would take all traffic; name a domain such as *.example.com");
      }
      if (host.startsWith("*") && spec.resolution() == Resolution.DNS) {
        fields.error("hosts", "\"" + host + "\" can't be asked of DNS; use resolution NONE");
      }
    }
    for (String address : spec.addresses()) {
      HostCheck.subnet(fields, "addresses", address);
    }
    if (spec.ports().isEmpty()) {
      fields.error("ports", "must have at least one port");
    }
    Set<Integer> numbers = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (ServiceEntry.Port port : spec.ports()) {
      if (!numbers.add(port.number())) {
        fields.error("ports", "port " + port.number() + " stands here twice");
      }
      if (!names.add(port.name())) {
        fields.error("ports", "two ports are named \"" + port.name() + "\"");
      }
    }
    if (fields.choice("endpoints", "workloadSelector") > 1) {
      fields.error("", "can't have both endpoints and workloadSelector");
    }
    if (spec.resolution() == Resolution.NONE && !spec.endpoints().isEmpty()) {
      fields.error("endpoints", "can't be given with resolution NONE");
    }
    for (WorkloadEntry endpoint : spec.endpoints()) {
      if (spec.resolution() == Resolution.STATIC && !HostCheck.isAddress(endpoint.address())) {
        fields.error(
            "endpoints",
            "\"" + endpoint.address() + "\" isn't an IP address; resolution STATIC needs one");
      }
      for (String name : endpoint.ports().keySet()) {
        if (!names.contains(name)) {
          fields.error(
              "endpoints",
              "port \"" + name + "\" isn't among the ports" + Suggestion.clause(name, names));
        }
      }
    }
  }

  private static ServiceEntry.Port port(Fields fields) {
    fields.given("number", "must be given");
    Integer number = fields.port("number");
    String word = fields.string("protocol", "");
    Protocol protocol = Protocol.ofWord(word);
    if (protocol == Protocol.UNKNOWN && !word.isEmpty()) {
      fields.error(
          "protocol",
          "found \""
              + word
              + "\"; must be one of "
              + String.join(", ", PROTOCOLS)
              + Suggestion.clause(word, PROTOCOLS));
    }
    if (protocol == Protocol.UDP) {
      fields.error("protocol", "UDP isn't supported");
    }
    String name = fields.required("name");
    if (word.isEmpty()) {
      protocol = Protocol.ofPort(name, null, "TCP", number == null ? 0 : number);
    }
    return new ServiceEntry.Port(
        number == null ? 0 : number, name, protocol, fields.port("targetPort"));
  }
}
