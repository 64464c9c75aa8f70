package io.outrigger.control.kubernetes;

import io.outrigger.control.kubernetes.EndpointSlice.SliceEndpoint;
import io.outrigger.control.kubernetes.EndpointSlice.SlicePort;
import io.outrigger.control.resource.Fields;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads an EndpointSlice; its fields stand beside the metadata, not under spec. */
public final class EndpointSliceReader {
  private EndpointSliceReader() {}

  public static EndpointSlice read(Fields fields, Map<String, String> labels) {
    String type = fields.string("addressType", "IPv4");
    if (!List.of("IPv4", "IPv6", "FQDN").contains(type)) {
      fields.error("addressType", "found \"" + type + "\"; must be IPv4, IPv6 or FQDN");
    }
    String service = labels.get(EndpointSlice.SERVICE_LABEL);
    if (service == null) {
      fields.warning(
          "", "has no label " + EndpointSlice.SERVICE_LABEL + ", so it belongs to no service");
    }
    return new EndpointSlice(
        service,
        fields.objects("endpoints", EndpointSliceReader::endpoint),
        fields.objects("ports", EndpointSliceReader::port));
  }

  /** A null condition counts as ready (discovery.k8s.io/v1 EndpointConditions). */
  private record Conditions(boolean ready, boolean serving, boolean terminating) {}

  private record Target(@Nullable String name, @Nullable String namespace) {}

  private static SliceEndpoint endpoint(Fields fields) {
    fields.skip("hostname", "nodeName", "hints", "deprecatedTopology");
    List<String> addresses = fields.strings("addresses");
    if (addresses.isEmpty()) {
      fields.error("addresses", "must have at least one address");
    }
    Conditions given = fields.object("conditions", EndpointSliceReader::conditions);
    Conditions conditions = given == null ? new Conditions(true, true, false) : given;
    Target target =
        fields.object(
            "targetRef",
            f -> {
              f.skip("uid", "resourceVersion", "apiVersion", "fieldPath");
              boolean pod = "Pod".equals(f.string("kind", "Pod"));
              String name = f.string("name");
              String namespace = f.string("namespace");
              return pod ? new Target(name, namespace) : new Target(null, null);
            });
    return new SliceEndpoint(
        addresses,
        conditions.ready,
        conditions.serving,
        conditions.terminating,
        fields.string("zone"),
        target == null ? null : target.name,
        target == null ? null : target.namespace);
  }

  private static Conditions conditions(Fields fields) {
    Boolean ready = fields.bool("ready");
    Boolean serving = fields.bool("serving");
    boolean isReady = ready == null || ready;
    return new Conditions(isReady, serving == null ? isReady : serving, fields.flag("terminating"));
  }

  private static SlicePort port(Fields fields) {
    fields.skip("protocol", "appProtocol");
    Integer number = fields.port("port");
    return new SlicePort(fields.string("name", ""), number == null ? 0 : number);
  }
}
