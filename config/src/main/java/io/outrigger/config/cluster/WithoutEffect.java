package io.outrigger.config.cluster;

import io.outrigger.config.cluster.LbPolicy.SlowStart;
import io.outrigger.config.compile.Problems;
import org.jspecify.annotations.Nullable;

/** Tells what of a cluster is understood, but has no effect on its traffic yet. */
final class WithoutEffect {
  private WithoutEffect() {}

  static void tell(ClusterConfig cluster, Problems problems) {
    if (!cluster.healthChecks().isEmpty()) {
      problems.warning(
          "health_checks",
          "active checks are not made yet: a host is taken as healthy unless EDS or outlier"
              + " detection says otherwise");
    }
    tellLbPolicy(cluster.lbPolicy(), problems);
    Problems common = problems.at("common_lb_config");
    CommonLb.ZoneAware zone = cluster.commonLb().zoneAware();
    if (zone != null
        && zone.routingEnabledPercent() > 0
        && !cluster.commonLb().localityWeighted()) {
      common.ignored("zone_aware_lb_config");
    }
    if (cluster.commonLb().closeConnectionsOnHostSetChange()) {
      common.ignored("close_connections_on_host_set_change");
    }
    if (cluster.closeConnectionsOnHostHealthFailure()) {
      problems.ignored("close_connections_on_host_health_failure");
    }
    if (cluster.endpoints() != null) {
      tell(cluster.endpoints(), problems.at("load_assignment"));
    }
  }

  private static void tellLbPolicy(LbPolicy policy, Problems problems) {
    if (policy instanceof LbPolicy.RoundRobin turns) {
      tellSlowStart(turns.slowStart(), problems);
    } else if (policy instanceof LbPolicy.LeastRequest least) {
      tellSlowStart(least.slowStart(), problems);
    } else if (policy instanceof LbPolicy.RingHash ring) {
      tellBalance(ring.hashBalanceFactor(), problems);
    } else if (policy instanceof LbPolicy.Maglev maglev) {
      tellBalance(maglev.hashBalanceFactor(), problems);
    } else if (!(policy instanceof LbPolicy.Random || policy instanceof LbPolicy.ClusterProvided)) {
      throw new IllegalStateException("unknown LbPolicy: " + policy);
    }
  }

  private static void tellSlowStart(@Nullable SlowStart slowStart, Problems problems) {
    if (slowStart != null && slowStart.windowMillis() > 0) {
      problems.ignored("slow_start_config");
    }
  }

  private static void tellBalance(int factor, Problems problems) {
    if (factor > 0) {
      problems.ignored("hash_balance_factor");
    }
  }

  /** As {@link #tell(ClusterConfig, Problems)}, for endpoints of a cluster or of EDS. */
  static void tell(ClusterEndpoints endpoints, Problems problems) {
    if (!endpoints.dropOverloads().isEmpty()) {
      problems.at("policy").ignored("drop_overloads");
    }
    if (endpoints.endpointStaleAfterMillis() > 0) {
      problems.at("policy").ignored("endpoint_stale_after");
    }
    if (endpoints.weightedPriorityHealth()) {
      problems.at("policy").ignored("weighted_priority_health");
    }
  }
}
