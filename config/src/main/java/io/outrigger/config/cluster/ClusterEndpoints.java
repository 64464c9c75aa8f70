package io.outrigger.config.cluster;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import java.util.List;

/**
 * A cluster's endpoints by locality, from its load_assignment or EDS.
 *
 * @param overprovisioningFactor in percent
 * @param dropOverloads shares of requests that are refused
 * @param endpointStaleAfterMillis after which those of EDS count no more if nothing comes; 0: never
 */
public record ClusterEndpoints(
    String clusterName,
    List<LocalityEndpoints> localities,
    int overprovisioningFactor,
    boolean weightedPriorityHealth,
    List<DropOverload> dropOverloads,
    long endpointStaleAfterMillis,
    ClusterLoadAssignment proto) {
  public ClusterEndpoints {
    localities = List.copyOf(localities);
    dropOverloads = List.copyOf(dropOverloads);
  }

  /** The same cluster without any: what is told of it is too old to go by. */
  public static ClusterEndpoints stale(String clusterName) {
    return new ClusterEndpoints(
        clusterName,
        List.of(),
        EndpointsCompiler.DEFAULT_OVERPROVISIONING,
        false,
        List.of(),
        0,
        ClusterLoadAssignment.newBuilder().setClusterName(clusterName).build());
  }

  /** A share of requests that is refused, per million. */
  public record DropOverload(String category, int perMillion) {}

  /** Number of endpoints in all localities. */
  public int size() {
    int sum = 0;
    for (LocalityEndpoints locality : localities) {
      sum += locality.endpoints().size();
    }
    return sum;
  }
}
