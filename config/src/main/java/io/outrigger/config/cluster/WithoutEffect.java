package io.outrigger.config.cluster;

import io.outrigger.config.compile.Problems;
import java.util.List;

/** Tells what of a cluster is understood, but has no effect on its traffic yet. */
final class WithoutEffect {
  private WithoutEffect() {}

  static void tell(ClusterConfig cluster, Problems problems) {
    Problems common = problems.at("common_lb_config");
    if (cluster.commonLb().closeConnectionsOnHostSetChange()) {
      common.ignored("close_connections_on_host_set_change");
    }
    if (cluster.endpoints() != null) {
      Problems here = problems.at("load_assignment");
      tell(cluster.endpoints(), here);
      if (!(cluster.discovery() instanceof Discovery.Static)) {
        tellAdditionalAddresses(cluster.endpoints(), here);
      }
    }
  }

  /** As {@link #tell(ClusterConfig, Problems)}, for endpoints of a cluster or of EDS. */
  static void tell(ClusterEndpoints endpoints, Problems problems) {
    if (endpoints.endpointStaleAfterMillis() > 0) {
      problems.at("policy").ignored("endpoint_stale_after");
    }
    if (endpoints.weightedPriorityHealth()) {
      problems.at("policy").ignored("weighted_priority_health");
    }
  }

  /** DNS tells all addresses of its hosts: more of them are for the types STATIC and EDS. */
  private static void tellAdditionalAddresses(ClusterEndpoints endpoints, Problems problems) {
    for (int i = 0; i < endpoints.localities().size(); i++) {
      List<Endpoint> own = endpoints.localities().get(i).endpoints();
      for (int k = 0; k < own.size(); k++) {
        if (!own.get(k).additionalAddresses().isEmpty()) {
          problems
              .at("endpoints", i)
              .at("lb_endpoints", k)
              .at("endpoint")
              .ignored("additional_addresses");
        }
      }
    }
  }
}
