package io.outrigger.proxy.snapshot;

import io.outrigger.config.cluster.ClusterConfig;
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
  final Gauge warmingListeners;

  ConfigStats(StatStore stats) {
    this.stats = stats;
    clusterAdded = stats.counter("cluster_manager.cluster_added");
    clusterModified = stats.counter("cluster_manager.cluster_modified");
    clusterRemoved = stats.counter("cluster_manager.cluster_removed");
    activeClusters = stats.gauge("cluster_manager.active_clusters");
    warmingClusters = stats.gauge("cluster_manager.warming_clusters");
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

  @SuppressWarnings("ReferenceEquality") // a record that didn't change is the same object
  void changed(Map<String, ClusterConfig> before, Map<String, ClusterConfig> now) {
    for (Map.Entry<String, ClusterConfig> entry : now.entrySet()) {
      ClusterConfig old = before.get(entry.getKey());
      if (old == null) {
        clusterAdded.inc(0);
      } else if (old != entry.getValue()) {
        clusterModified.inc(0);
      }
    }
    for (String name : before.keySet()) {
      if (!now.containsKey(name)) {
        clusterRemoved.inc(0);
      }
    }
  }
}
