package io.outrigger.control.istio;

import io.outrigger.api.yaml.Node;
import io.outrigger.control.resource.Fields;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Reads a WorkloadEntry, alone or as an endpoint of a ServiceEntry. */
public final class WorkloadEntryReader {
  private WorkloadEntryReader() {}

  /**
   * Reads a workload.
   *
   * @param metadataLabels the resource's own labels, which the spec's labels override
   */
  public static WorkloadEntry read(Fields fields, Map<String, String> metadataLabels) {
    String address = fields.string("address", "");
    if (address.isEmpty()) {
      fields.error("address", "must not be empty"); // Istio takes a network in its place
    }
    if (address.startsWith("unix://")) {
      fields.error("address", "unix sockets aren't supported yet");
    } else if (!address.isEmpty() && !HostCheck.isAddress(address)) {
      HostCheck.check(fields, "address", address);
      if (address.startsWith("*")) {
        fields.error("address", "\"" + address + "\" must be one address or host name");
      }
    }
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (Node.Entry entry : fields.entries("ports")) {
      Integer port =
          fields.integer(entry.value(), fields.at("ports") + "." + entry.key(), 1, 65535);
      if (port != null) {
        ports.put(entry.key(), port);
      }
    }
    Map<String, String> labels = new TreeMap<>(metadataLabels);
    labels.putAll(fields.stringMap("labels"));
    Integer weight = fields.integer("weight", 0, 1_000_000);
    return new WorkloadEntry(
        address,
        Collections.unmodifiableMap(ports),
        Collections.unmodifiableMap(labels),
        fields.string("locality"),
        weight == null || weight == 0 ? 1 : weight,
        fields.string("serviceAccount"),
        fields.string("network"));
  }
}
