package io.outrigger.proxy.snapshot;

import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.cluster.Discovery;
import io.outrigger.config.filter.DiscoveredConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.hcm.RouteSource;
import io.outrigger.config.hcm.ScopedRoute;
import io.outrigger.config.listener.ExtensionConfig;
import io.outrigger.config.listener.FilterChain;
import io.outrigger.config.listener.FilterChain.NetworkFilter;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.listener.ListenerFilter;
import io.outrigger.config.listener.ListenerFilterConfig;
import io.outrigger.config.listener.NetworkFilterConfig;
import io.outrigger.config.route.RouteConfigurationCompiler;
import io.outrigger.config.route.RouteTable;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.source.ExtensionDiscovery;
import io.outrigger.config.tls.SdsSource;
import io.outrigger.config.tls.Secret;
import io.outrigger.xds.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides what of all that was received can be in force: names become references, and what isn't
 * complete yet warms while the old one serves on.
 *
 * <p>A cluster is complete with its endpoints and secrets; a route table when no cluster that it
 * names is still warming; a listener with its secrets, route tables and filters. What was waited
 * for in vain is given up, and then counts as there, empty. A pure function of its inputs, used
 * once.
 */
@SuppressWarnings("ReferenceEquality") // a record that didn't change is the same object
final class Linker {
  private final ReceivedConfig received;
  private final Snapshot before;
  private final Set<Reference.Key> givenUp;
  private final Set<Reference.Key> demanded;
  private final Set<String> tablesOfHosts = new HashSet<>();
  private final List<Reference> references = new ArrayList<>();
  private final Set<Reference> missing = new LinkedHashSet<>();
  private final Set<String> warmingClusters = new HashSet<>();
  private final Set<String> warmingListeners = new HashSet<>();
  private final Map<String, Set<String>> extensionTypes = new HashMap<>();
  private final Map<String, ClusterConfig> clusters = new LinkedHashMap<>();
  private final Map<String, ClusterEndpoints> endpoints = new HashMap<>();
  private final Map<String, RouteTable> routeTables = new HashMap<>();
  private final Map<ConfigSource, ScopeSet> scopes = new HashMap<>();
  private final Map<String, ListenerConfig> listeners = new LinkedHashMap<>();

  private Linker(
      ReceivedConfig received,
      Snapshot before,
      Set<Reference.Key> givenUp,
      Set<Reference.Key> demanded) {
    this.demanded = demanded;
    this.received = received;
    this.before = before;
    this.givenUp = givenUp;
  }

  /**
   * Links.
   *
   * @param givenUp what nobody waits for any longer
   * @param demanded scopes that a request has asked for
   * @param own what the process needs itself
   * @param withListeners false before the clusters are initialized: listeners wait for that
   */
  static Link link(
      ReceivedConfig received,
      Snapshot before,
      Set<Reference.Key> givenUp,
      Set<Reference.Key> demanded,
      List<Reference> own,
      boolean withListeners) {
    Linker linker = new Linker(received, before, givenUp, demanded);
    for (Reference reference : own) {
      linker.there(reference, received.runtimes().get(reference.name()) != null);
    }
    for (Held<ClusterConfig> cluster : received.clusters().all()) {
      linker.cluster(cluster.value());
    }
    for (Held<RouteTable> table : received.routeTables().all()) {
      linker.routeTable(table.name(), table.value());
    }
    for (Held<ListenerConfig> listener : received.listeners().all()) {
      linker.listener(listener.value(), withListeners);
    }
    return linker.result();
  }

  // ---- clusters ----

  private void cluster(ClusterConfig config) {
    String name = config.name();
    boolean complete = secretsThere(config.secrets());
    if (config.discovery() instanceof Discovery.Eds eds) {
      String service = eds.serviceName().isEmpty() ? name : eds.serviceName();
      ClusterEndpoints found = received.endpoints().of(eds.source().origin()).value(service);
      complete &=
          there(
              new Reference(
                  ResourceType.EDS, service, eds.source(), "cluster." + config.statName() + "."),
              found != null);
      if (found != null) {
        endpoints.put(name, found);
      }
    }
    ClusterConfig serving = before.cluster(name);
    if (complete || config == serving) {
      clusters.put(name, config);
      return;
    }
    warmingClusters.add(name);
    if (serving != null) {
      clusters.put(name, serving); // traffic stays on the old one until the new one is warm
    }
  }

  // ---- route tables ----

  private void routeTable(String name, RouteTable plain) {
    ConfigSource vhds = plain.vhds();
    RouteTable table = plain;
    boolean complete = true;
    if (vhds != null) {
      HeldResources<VirtualHost> hosts = received.virtualHosts().of(vhds.origin());
      Reference.Key all = new Reference.Key(ResourceType.VHDS, "*", vhds.origin());
      complete = hosts.answered() || givenUp.contains(all);
      table = withHosts(plain, hosts);
    }
    if (complete && !namesWarming(table.referencedClusters())) {
      routeTables.put(name, table);
      return;
    }
    RouteTable serving = before.routeTable(name);
    if (serving != null) {
      routeTables.put(name, serving);
    }
  }

  private RouteTable withHosts(RouteTable plain, HeldResources<VirtualHost> hosts) {
    List<VirtualHost> own = new ArrayList<>();
    for (Held<VirtualHost> host : hosts.all()) {
      if (host.name().startsWith(plain.name() + "/")) {
        own.add(host.value());
      }
    }
    RouteTable serving = before.routeTable(plain.name());
    if (serving != null && serving.isOf(plain, own)) {
      return serving;
    }
    return own.isEmpty() ? plain : RouteConfigurationCompiler.withVirtualHosts(plain, own);
  }

  /** Whether one of these is on its way, with nothing of that name in force. */
  private boolean namesWarming(Collection<String> names) {
    for (String name : names) {
      if (warmingClusters.contains(name) && !clusters.containsKey(name)) {
        return true;
      }
    }
    return false;
  }

  // ---- listeners ----

  private void listener(ListenerConfig config, boolean mayServe) {
    boolean complete = secretsThere(config.secrets());
    for (FilterChain chain : config.allFilterChains()) {
      for (NetworkFilter filter : chain.networkFilters()) {
        complete &= extensionsThere(filter.config());
        if (filter.config() instanceof NetworkFilterConfig.Http http) {
          complete &= routesThere(http);
        }
      }
    }
    for (ListenerFilter filter : config.listenerFilters()) {
      if (filter.config() instanceof ListenerFilterConfig.Discovered discovered) {
        complete &= extensionThere("tcp_listener_filter", discovered.discovery());
      }
    }
    complete &= !namesWarming(config.referencedClusters());
    ListenerConfig serving = before.listeners().get(config.name());
    if (mayServe && (complete || config == serving)) {
      listeners.put(config.name(), config);
      return;
    }
    warmingListeners.add(config.name());
    if (serving != null) {
      listeners.put(config.name(), serving);
    }
  }

  private boolean routesThere(NetworkFilterConfig.Http http) {
    boolean all = true;
    for (RouteSource source : http.config().routes().parts()) {
      if (source instanceof RouteSource.Rds rds) {
        all &= tableThere(http, rds.name(), rds.source());
      }
    }
    return http.config().routes() instanceof RouteSource.ScopedRds scoped
        ? scopesThere(http, scoped)
        : all;
  }

  private boolean tableThere(NetworkFilterConfig.Http http, String name, ConfigSource source) {
    RouteTable table = received.routeTables().value(name);
    ConfigSource vhds = table == null ? null : table.vhds();
    if (vhds != null && tablesOfHosts.add(name)) {
      String ofHosts = "http." + http.config().statPrefix() + ".rds.vhds." + name + ".";
      there(
          new Reference(ResourceType.VHDS, "*", vhds, ofHosts),
          received.virtualHosts().of(vhds.origin()).answered());
    }
    String prefix = "http." + http.config().statPrefix() + ".rds." + name + ".";
    return there(
        new Reference(ResourceType.RDS, name, source, prefix), routeTables.containsKey(name));
  }

  private boolean scopesThere(NetworkFilterConfig.Http http, RouteSource.ScopedRds scoped) {
    String prefix = "http." + http.config().statPrefix() + ".scoped_rds." + scoped.name() + ".";
    ConfigSource origin = scoped.source().origin();
    HeldResources<ScopedRoute> held = received.scopes().of(origin);
    boolean all =
        there(new Reference(ResourceType.SRDS, "*", scoped.source(), prefix), held.answered());
    Map<String, ScopedRoute> active = new HashMap<>();
    Map<String, ScopedRoute> dormant = new HashMap<>();
    for (Held<ScopedRoute> scope : held.all()) {
      ScopedRoute route = scope.value();
      ConfigSource rds = scoped.rds();
      if (route.onDemand()
          && !demanded.contains(new Reference.Key(ResourceType.SRDS, route.name(), origin))) {
        dormant.put(route.key(), route);
        continue;
      }
      active.put(route.key(), route);
      if (route.table() == null && rds != null) {
        boolean there = tableThere(http, route.tableName(), rds);
        all &= there || route.onDemand();
      }
    }
    ScopeSet serving = before.scopes(origin);
    ScopeSet now =
        new ScopeSet(shared(serving.active(), active), shared(serving.dormant(), dormant));
    boolean same = now.active() == serving.active() && now.dormant() == serving.dormant();
    scopes.put(origin, same ? serving : now);
    return all;
  }

  private boolean extensionsThere(NetworkFilterConfig config) {
    if (config instanceof NetworkFilterConfig.Discovered discovered) {
      return extensionThere("network_filter", discovered.discovery());
    }
    boolean all = true;
    if (config instanceof NetworkFilterConfig.Http http) {
      for (HttpFilterConfig filter : http.config().httpFilters()) {
        if (filter.config() instanceof DiscoveredConfig discovered) {
          all &= extensionThere("http_filter", discovered.discovery());
        }
      }
    }
    return all;
  }

  private boolean extensionThere(String kind, ExtensionDiscovery discovery) {
    String name = discovery.name();
    Reference reference =
        new Reference(
            ResourceType.ECDS,
            name,
            discovery.source(),
            ConfigStats.EXTENSIONS + kind + "." + name + ".");
    extensionTypes.put(name, discovery.types());
    if (!discovery.warms()) {
      references.add(reference);
      return true;
    }
    return there(reference, received.extensions().get(name) != null);
  }

  // ---- references ----

  private boolean secretsThere(Set<SdsSource> sources) {
    boolean all = true;
    for (SdsSource sds : sources) {
      boolean found = received.secrets().get(sds.name()) != null;
      all &=
          there(
              new Reference(ResourceType.SDS, sds.name(), sds.source(), "sds." + sds.name() + "."),
              found);
    }
    return all;
  }

  private boolean there(Reference reference, boolean found) {
    references.add(reference);
    if (found || givenUp.contains(reference.key())) {
      return true;
    }
    missing.add(reference);
    return false;
  }

  // ---- result ----

  private Link result() {
    Map<String, Secret> secrets = new HashMap<>();
    for (Held<Secret> secret : received.secrets().all()) {
      secrets.put(secret.name(), secret.value());
    }
    Map<String, ExtensionConfig> extensions = new HashMap<>();
    for (Held<ExtensionConfig> extension : received.extensions().all()) {
      extensions.put(extension.name(), extension.value());
    }
    Snapshot next =
        new Snapshot(
            before.version() + 1,
            shared(before.clusters(), clusters),
            shared(before.endpoints(), endpoints),
            shared(before.routeTables(), routeTables),
            shared(before.scopes(), scopes),
            shared(before.listeners(), listeners),
            shared(before.secrets(), secrets),
            shared(before.extensions(), extensions));
    return new Link(
        same(before, next) ? before : next,
        references,
        missing,
        extensionTypes,
        warmingClusters,
        warmingListeners);
  }

  /** The map from before itself, if it holds the same objects under the same names. */
  static <K, T> Map<K, T> shared(Map<K, T> before, Map<K, T> now) {
    if (before.size() == now.size()) {
      boolean same = true;
      for (Map.Entry<K, T> entry : now.entrySet()) {
        same &= before.get(entry.getKey()) == entry.getValue();
      }
      if (same) {
        return before;
      }
    }
    return Map.copyOf(now);
  }

  private static boolean same(Snapshot a, Snapshot b) {
    return a.clusters() == b.clusters()
        && a.endpoints() == b.endpoints()
        && a.routeTables() == b.routeTables()
        && a.scopes() == b.scopes()
        && a.listeners() == b.listeners()
        && a.secrets() == b.secrets()
        && a.extensions() == b.extensions();
  }
}
