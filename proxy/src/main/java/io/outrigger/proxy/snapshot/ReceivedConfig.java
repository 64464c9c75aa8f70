package io.outrigger.proxy.snapshot;

import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.hcm.ScopedRoute;
import io.outrigger.config.listener.ExtensionConfig;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.route.RouteTable;
import io.outrigger.config.runtime.RuntimeValue;
import io.outrigger.config.tls.Secret;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Everything that the bootstrap and the control plane have given so far, compiled, but not yet
 * linked. On the configuration loop.
 */
public final class ReceivedConfig {
  private final HeldResources<ClusterConfig> clusters = new HeldResources<>();
  private final Set<String> onDemand = new HashSet<>();
  private final BySource<ClusterEndpoints> endpoints = new BySource<>();
  private final HeldResources<ListenerConfig> listeners = new HeldResources<>();
  private final HeldResources<RouteTable> routeTables = new HeldResources<>();
  private final BySource<ScopedRoute> scopes = new BySource<>();
  private final BySource<VirtualHost> virtualHosts = new BySource<>();
  private final HeldResources<Secret> secrets = new HeldResources<>();
  private final HeldResources<ExtensionConfig> extensions = new HeldResources<>();
  private final HeldResources<Map<String, RuntimeValue>> runtimes = new HeldResources<>();

  /** Names of clusters that requests have asked for; a next process is asked anew. */
  public Set<String> onDemand() {
    return onDemand;
  }

  public HeldResources<ClusterConfig> clusters() {
    return clusters;
  }

  /** By the name that EDS was asked for, which need not be the cluster's. */
  public BySource<ClusterEndpoints> endpoints() {
    return endpoints;
  }

  public HeldResources<ListenerConfig> listeners() {
    return listeners;
  }

  public HeldResources<RouteTable> routeTables() {
    return routeTables;
  }

  /** Scopes that SRDS delivered. */
  public BySource<ScopedRoute> scopes() {
    return scopes;
  }

  /** Virtual hosts that VHDS delivered; the names begin with their route tables' and a slash. */
  public BySource<VirtualHost> virtualHosts() {
    return virtualHosts;
  }

  public HeldResources<Secret> secrets() {
    return secrets;
  }

  /** Configurations of filters that ECDS delivered. */
  public HeldResources<ExtensionConfig> extensions() {
    return extensions;
  }

  /** Layers of the runtime that RTDS delivered, by the name that it was asked for. */
  public HeldResources<Map<String, RuntimeValue>> runtimes() {
    return runtimes;
  }
}
