package io.outrigger.config.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.CommonLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig;
import io.outrigger.config.cluster.Endpoint.HealthStatus;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles CommonLbConfig messages. */
final class CommonLbCompiler {
  private CommonLbCompiler() {}

  static CommonLb compile(Cluster cluster, Problems problems) {
    CommonLbConfig proto = cluster.getCommonLbConfig();
    CommonLb defaults = CommonLb.DEFAULT;
    boolean byPolicy = cluster.hasLoadBalancingPolicy();
    LocalityLbConfig locality = LocalityWeighting.of(cluster.getLoadBalancingPolicy());
    return new CommonLb(
        proto.hasHealthyPanicThreshold()
            ? proto.getHealthyPanicThreshold().getValue()
            : defaults.healthyPanicThreshold(),
        byPolicy
            ? locality.getZoneAwareLbConfig().getFailTrafficOnPanic()
            : proto.getZoneAwareLbConfig().getFailTrafficOnPanic(),
        byPolicy ? locality.hasLocalityWeightedLbConfig() : proto.hasLocalityWeightedLbConfig(),
        byPolicy ? zoneAware(locality) : zoneAware(proto),
        Millis.orElse(
            proto.hasUpdateMergeWindow(),
            proto.getUpdateMergeWindow(),
            defaults.updateMergeWindowMillis(),
            problems.at("update_merge_window")),
        proto.getIgnoreNewHostsUntilFirstHc(),
        proto.getCloseConnectionsOnHostSetChange(),
        overrideStatus(proto));
  }

  private static CommonLb.@Nullable ZoneAware zoneAware(CommonLbConfig proto) {
    if (!proto.hasZoneAwareLbConfig()) {
      return null;
    }
    CommonLbConfig.ZoneAwareLbConfig zone = proto.getZoneAwareLbConfig();
    return new CommonLb.ZoneAware(
        zone.hasRoutingEnabled() ? zone.getRoutingEnabled().getValue() : 100,
        zone.hasMinClusterSize() ? zone.getMinClusterSize().getValue() : 6);
  }

  private static CommonLb.@Nullable ZoneAware zoneAware(LocalityLbConfig proto) {
    if (!proto.hasZoneAwareLbConfig()) {
      return null;
    }
    LocalityLbConfig.ZoneAwareLbConfig zone = proto.getZoneAwareLbConfig();
    return new CommonLb.ZoneAware(
        zone.hasRoutingEnabled() ? zone.getRoutingEnabled().getValue() : 100,
        zone.hasMinClusterSize() ? zone.getMinClusterSize().getValue() : 6);
  }

  private static Set<HealthStatus> overrideStatus(CommonLbConfig proto) {
    if (!proto.hasOverrideHostStatus()) {
      return CommonLb.DEFAULT.overrideHostStatus();
    }
    Set<HealthStatus> statuses = EnumSet.noneOf(HealthStatus.class);
    for (var status : proto.getOverrideHostStatus().getStatusesList()) {
      statuses.add(EndpointsCompiler.health(status));
    }
    return statuses;
  }
}
