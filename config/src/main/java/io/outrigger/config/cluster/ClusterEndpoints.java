package io.outrigger.config.cluster;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import java.util.List;

/**
 * A cluster's endpoints by locality, from its load_assignment or EDS.
 *
 * @param overprovisioningFactor in percent
 * @param dropOverloads shares of requests that are refused
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
