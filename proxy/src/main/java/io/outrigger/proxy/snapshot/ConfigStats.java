package io.outrigger.proxy.snapshot;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stats.TextReadout;
import java.util.HashMap;
import java.util.Map;

/** Statistics of updates: Envoy's cluster_manager.*, listener_manager.* and update_* families. */
final class ConfigStats {
  /** The counters that each subscription has. */
  record Subscription(
      Counter attempt,
      Counter success,
      Counter failure,
      Counter rejected,
      Counter fetchTimeout,
      Gauge version,
      Gauge time,
      TextReadout versionText) {}

  private final StatStore stats;
  private final Map<String, Subscription> subscriptions = new HashMap<>();
  final Counter clusterAdded;
  final Counter clusterModified;
  final Counter clusterRemoved;
  final Gauge activeClusters;
  final Gauge warmingClusters;
  final Counter listenerAdded;
  final Counter listenerModified;
  final Counter listenerRemoved;
  final Gauge activeListeners;
  final Gauge warmingListeners;

  ConfigStats(StatStore stats) {
    this.stats = stats;
    clusterAdded = stats.counter("cluster_manager.cluster_added");
    clusterModified = stats.counter("cluster_manager.cluster_modified");
    clusterRemoved = stats.counter("cluster_manager.cluster_removed");
    activeClusters = stats.gauge("cluster_manager.active_clusters");
    warmingClusters = stats.gauge("cluster_manager.warming_clusters");
    listenerAdded = stats.counter("listener_manager.listener_added");
    listenerModified = stats.counter("listener_manager.listener_modified");
    listenerRemoved = stats.counter("listener_manager.listener_removed");
    activeListeners = stats.gauge("listener_manager.total_listeners_active");
    warmingListeners = stats.gauge("listener_manager.total_listeners_warming");
  }

  /** The statistics of a subscription: to a type as a whole, or to one resource. */
  Subscription of(String prefix) {
    return subscriptions.computeIfAbsent(prefix, this::subscription);
  }

  private Subscription subscription(String prefix) {
    return new Subscription(
        stats.counter(prefix + "update_attempt"),
        stats.counter(prefix + "update_success"),
        stats.counter(prefix + "update_failure"),
        stats.counter(prefix + "update_rejected"),
        stats.counter(prefix + "init_fetch_timeout"),
        stats.gauge(prefix + "version"),
        stats.gauge(prefix + "update_time"),
        stats.textReadout(prefix + "version_text"));
  }

  void taken(Subscription of, String version, long epochMillis) {
    of.success().inc(0);
    of.version().set(0, version.hashCode() & 0xffffffffL);
    of.time().set(0, epochMillis);
    of.versionText().set(version);
  }
}
