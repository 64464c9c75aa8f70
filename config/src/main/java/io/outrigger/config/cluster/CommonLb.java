package io.outrigger.config.cluster;

import org.jspecify.annotations.Nullable;

/**
 * CommonLbConfig: balancing across health, localities and priorities.
 *
 * @param healthyPanicThreshold percent of healthy hosts below which health is not looked at
 * @param localityWeighted localities get traffic by their weight
 * @param zoneAware null: not zone aware
 * @param overrideHostStatus statuses that a host picked by a filter may have
 */
public record CommonLb(
    double healthyPanicThreshold,
    boolean failTrafficOnPanic,
    boolean localityWeighted,
    @Nullable ZoneAware zoneAware,
    long updateMergeWindowMillis,
    boolean ignoreNewHostsUntilFirstHealthCheck,
    boolean closeConnectionsOnHostSetChange,
    java.util.Set<Endpoint.HealthStatus> overrideHostStatus) {
  public static final CommonLb DEFAULT =
      new CommonLb(
          50,
          false,
          false,
          null,
          1000,
          false,
          false,
          java.util.Set.of(
              Endpoint.HealthStatus.UNKNOWN,
              Endpoint.HealthStatus.HEALTHY,
              Endpoint.HealthStatus.DEGRADED));

  public CommonLb {
    overrideHostStatus = java.util.Set.copyOf(overrideHostStatus);
  }

  /** Zone-aware routing. */
  public record ZoneAware(double routingEnabledPercent, long minClusterSize) {}
}
