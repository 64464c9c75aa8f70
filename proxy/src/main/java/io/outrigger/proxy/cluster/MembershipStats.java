package io.outrigger.proxy.cluster;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;

/** How many hosts a cluster has, and how their discovery goes; written by the config loop. */
final class MembershipStats {
  private final Gauge total;
  private final Gauge healthy;
  private final Gauge degraded;
  private final Gauge excluded;
  private final Counter change;
  final Counter updateAttempt;
  final Counter updateSuccess;
  final Counter updateFailure;
  final Counter updateEmpty;
  final Counter updateNoRebuild;

  MembershipStats(StatStore store, String prefix) {
    total = store.gauge(prefix + "membership_total");
    healthy = store.gauge(prefix + "membership_healthy");
    degraded = store.gauge(prefix + "membership_degraded");
    excluded = store.gauge(prefix + "membership_excluded");
    change = store.counter(prefix + "membership_change");
    updateAttempt = store.counter(prefix + "update_attempt");
    updateSuccess = store.counter(prefix + "update_success");
    updateFailure = store.counter(prefix + "update_failure");
    updateEmpty = store.counter(prefix + "update_empty");
    updateNoRebuild = store.counter(prefix + "update_no_rebuild");
    // counted as EDS' assignments come, and as they become too old
    var _ = store.counter(prefix + "assignment_timeout_received");
    var _ = store.counter(prefix + "assignment_stale");
  }

  void show(HostSet set) {
    total.set(0, set.size());
    healthy.set(0, set.healthy());
    degraded.set(0, set.degraded());
    excluded.set(0, set.excluded());
  }

  /** That many priorities changed at once. */
  void changed(int priorities) {
    change.add(0, priorities);
  }
}
