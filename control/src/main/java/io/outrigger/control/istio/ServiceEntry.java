package io.outrigger.control.istio;

import io.outrigger.control.resource.Protocol;
import io.outrigger.control.resource.Spec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A service that Kubernetes doesn't know. */
public record ServiceEntry(
    List<String> hosts,
    List<String> addresses,
    List<Port> ports,
    Location location,
    Resolution resolution,
    List<WorkloadEntry> endpoints,
    @Nullable Map<String, String> workloadSelector,
    List<String> exportTo,
    List<String> subjectAltNames)
    implements Spec {

  /** A port of the service; targetPort is the workload's, the same number when null. */
  public record Port(int number, String name, Protocol protocol, @Nullable Integer targetPort) {}

  /** Whether its workloads belong to the mesh. */
  public enum Location {
    MESH_EXTERNAL,
    MESH_INTERNAL
  }

  /** How its hosts become addresses. */
  public enum Resolution {
    NONE,
    STATIC,
    DNS,
    DNS_ROUND_ROBIN
  }
}
