package io.outrigger.config.cluster;

import io.outrigger.config.compile.Problems;
import java.util.List;

/** Tells what of a cluster is understood, but has no effect on its traffic yet. */
final class WithoutEffect {
  private WithoutEffect() {}

  static void tell(ClusterConfig cluster, Problems problems) {
    if (!cluster.waitForWarmOnInit()) {
      problems.ignored("wait_for_warm_on_init");
    }
    ClusterEndpoints endpoints = cluster.endpoints();
    if (endpoints == null) {
      return;
    }
    Problems here = problems.at("load_assignment");
    if (endpoints.endpointStaleAfterMillis() > 0) { // as in Envoy, where only EDS' become stale
      here.at("policy").ignored("endpoint_stale_after");
    }
    if (!(cluster.discovery() instanceof Discovery.Static)) {
      tellAdditionalAddresses(endpoints, here);
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
