package io.outrigger.proxy.snapshot;

import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stats.TextReadout;
import io.outrigger.xds.ResourceType;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
      TextReadout versionText,
      @Nullable Counter reload,
      @Nullable Gauge reloadTime,
      @Nullable Counter fail) {}

  /** Types whose resources are subscribed to, and counted, one by one. */
  static final Set<ResourceType> BY_NAME =
      EnumSet.of(
          ResourceType.EDS,
          ResourceType.RDS,
          ResourceType.SDS,
          ResourceType.ECDS,
          ResourceType.RTDS);

  /** Types that are asked for because something in force needs them. */
  static final Set<ResourceType> WANTED = EnumSet.of(ResourceType.SRDS, ResourceType.VHDS);

  static {
    WANTED.addAll(BY_NAME);
  }

  /** Where updates of filters that ECDS delivers are counted. */
  static final String EXTENSIONS = "extension_config_discovery.";

  private final StatStore stats;
  private final Map<Reference.Key, String> scopes = new HashMap<>();
  private final Set<ResourceType> wholeTypes = EnumSet.noneOf(ResourceType.class);
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

  /** The statistics of a subscription: to one resource, or to a type as a whole. */
  Subscription of(ResourceType type, String name, ConfigSource origin) {
    String prefix = prefix(type, name, origin);
    Subscription found = subscriptions.get(prefix);
    if (found == null) {
      found = subscription(type, prefix);
      subscriptions.put(prefix, found);
    }
    return found;
  }

  private String prefix(ResourceType type, String name, ConfigSource origin) {
    return switch (type) {
      case CDS -> {
        Reference.Key asked = new Reference.Key(type, ClusterDemands.NOTHING_YET, origin);
        yield scopes.getOrDefault(asked, "cluster_manager.cds.");
      }
      case LDS -> "listener_manager.lds.";
      default -> {
        String known = scopes.get(new Reference.Key(type, name, origin));
        yield known != null ? known : type.name().toLowerCase(Locale.ROOT) + "." + name + ".";
      }
    };
  }

  /** All of this type was asked for. */
  void subscribed(ResourceType type) {
    wholeTypes.add(type);
  }

  /** Says which clusters and connection managers need what: updates are counted there. */
  void scopes(List<Reference> references) {
    scopes.clear();
    for (Reference reference : references) {
      scopes.putIfAbsent(reference.key(), reference.statPrefix());
    }
  }

  void attempted(ResourceType type, Set<String> names, ConfigSource origin) {
    if (!BY_NAME.contains(type)) {
      of(type, "*", origin).attempt().inc(0);
      return;
    }
    for (String name : names) {
      of(type, name, origin).attempt().inc(0);
    }
  }

  void streamLost() {
    for (ResourceType type : wholeTypes) {
      of(type, "*", ConfigSource.aggregated()).failure().inc(0);
    }
  }

  private Subscription subscription(ResourceType type, String prefix) {
    boolean ofExtension = type == ResourceType.ECDS;
    boolean ofRoutes = type == ResourceType.RDS || type == ResourceType.SRDS;
    return new Subscription(
        stats.counter(prefix + "update_attempt"),
        stats.counter(prefix + "update_success"),
        stats.counter(prefix + "update_failure"),
        stats.counter(prefix + "update_rejected"),
        stats.counter(prefix + "init_fetch_timeout"),
        stats.gauge(prefix + "version"),
        stats.gauge(prefix + "update_time"),
        stats.textReadout(prefix + "version_text"),
        ofExtension || ofRoutes ? stats.counter(prefix + "config_reload") : null,
        ofRoutes ? stats.gauge(prefix + "config_reload_time_ms") : null,
        ofExtension ? stats.counter(prefix + "config_fail") : null);
  }

  void taken(Subscription of, String version, long epochMillis) {
    of.success().inc(0);
    of.version().set(0, version.hashCode() & 0xffffffffL);
    of.time().set(0, epochMillis);
    of.versionText().set(version);
  }

  /** What came is in force, and isn't what was before. */
  void changed(Subscription of, long epochMillis) {
    if (of.reload() != null) {
      of.reload().inc(0);
    }
    if (of.reloadTime() != null) {
      of.reloadTime().set(0, epochMillis);
    }
  }

  /** An assignment came that holds for a time only. */
  void assignmentTimeoutReceived(String name, ConfigSource origin) {
    stats.counter(prefix(ResourceType.EDS, name, origin) + "assignment_timeout_received").inc(0);
  }

  /** Nothing came in that time. */
  void assignmentStale(String name, ConfigSource origin) {
    stats.counter(prefix(ResourceType.EDS, name, origin) + "assignment_stale").inc(0);
  }

  /** How many scopes SRDS has delivered. */
  void scopes(String prefix, int all, int active, int onDemand) {
    stats.gauge(prefix + "all_scopes").set(0, all);
    stats.gauge(prefix + "active_scopes").set(0, active);
    stats.gauge(prefix + "on_demand_scopes").set(0, onDemand);
  }

  /** Nothing came in time; Envoy counts the wait that goes on as an attempt. */
  void timedOut(Subscription of) {
    of.fetchTimeout().inc(0);
    of.attempt().inc(0);
    failed(of);
  }

  void rejected(Subscription of) {
    of.rejected().inc(0);
    failed(of);
  }

  private static void failed(Subscription of) {
    if (of.fail() != null) {
      of.fail().inc(0);
    }
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
