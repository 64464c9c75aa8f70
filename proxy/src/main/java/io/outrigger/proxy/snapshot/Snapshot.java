package io.outrigger.proxy.snapshot;

import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.listener.ExtensionConfig;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.route.RouteTable;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.tls.Secret;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All configuration that is in force at one moment. Immutable; records that didn't change are the
 * same objects from one snapshot to the next, so that {@code ==} tells what changed.
 *
 * @param version counts up by one with each snapshot
 * @param clusters by name, static and dynamic
 * @param endpoints by the cluster's name, for clusters that EDS serves
 * @param routeTables by name, for connection managers that RDS serves
 * @param scopes for connection managers that SRDS serves, by where they come from
 * @param listeners by name, only those whose secrets and route tables have come
 * @param secrets by name
 * @param extensions configurations of filters that ECDS delivered, by name
 */
public record Snapshot(
    long version,
    Map<String, ClusterConfig> clusters,
    Map<String, ClusterEndpoints> endpoints,
    Map<String, RouteTable> routeTables,
    Map<ConfigSource, ScopeSet> scopes,
    Map<String, ListenerConfig> listeners,
    Map<String, Secret> secrets,
    Map<String, ExtensionConfig> extensions) {
  /** No configuration at all: what a worker has before its first snapshot. */
  public static final Snapshot EMPTY =
      new Snapshot(0, Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

  public @Nullable ClusterConfig cluster(String name) {
    return clusters.get(name);
  }

  /** What EDS says of the cluster, or null: none is served by EDS, or nothing came in time. */
  public @Nullable ClusterEndpoints endpoints(String cluster) {
    return endpoints.get(cluster);
  }

  /** The route table that RDS delivered under this name; null where none came in time. */
  public @Nullable RouteTable routeTable(String name) {
    return routeTables.get(name);
  }

  /** The scopes of this origin. */
  public ScopeSet scopes(ConfigSource origin) {
    ScopeSet found = scopes.get(origin);
    return found == null ? ScopeSet.none() : found;
  }

  public @Nullable ExtensionConfig extension(String name) {
    return extensions.get(name);
  }

  public @Nullable Secret secret(String name) {
    return secrets.get(name);
  }
}
