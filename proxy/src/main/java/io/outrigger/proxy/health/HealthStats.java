package io.outrigger.proxy.health;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;

/** The {@code health_check.} statistics of a cluster; written by the configuration loop. */
final class HealthStats {
  final Counter attempt;
  final Counter failure;
  final Counter networkFailure;
  final Counter passiveFailure;
  final Counter success;
  final Counter verifyCluster;
  final Gauge degraded;
  final Gauge healthy;

  HealthStats(StatStore store, String clusterPrefix) {
    String prefix = clusterPrefix + "health_check.";
    attempt = store.counter(prefix + "attempt");
    failure = store.counter(prefix + "failure");
    networkFailure = store.counter(prefix + "network_failure");
    passiveFailure = store.counter(prefix + "passive_failure");
    success = store.counter(prefix + "success");
    verifyCluster = store.counter(prefix + "verify_cluster");
    degraded = store.gauge(prefix + "degraded");
    healthy = store.gauge(prefix + "healthy");
  }

  void failed(FailureType type) {
    failure.inc(0);
    if (type.isNetwork()) {
      networkFailure.inc(0);
    } else if (type == FailureType.PASSIVE) {
      passiveFailure.inc(0);
    }
  }
}
