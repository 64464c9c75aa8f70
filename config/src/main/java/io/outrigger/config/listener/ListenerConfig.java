package io.outrigger.config.listener;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.outrigger.config.accesslog.AccessLogConfig;
import io.outrigger.config.address.Address;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.tls.SdsSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A listener as configured.
 *
 * @param name a name made of the address if none is configured
 * @param statPrefix empty: the address names its stats
 * @param addresses the first is the main one; more than one with additional_addresses
 * @param bindToPort false: it only takes connections that another listener hands over
 * @param useOriginalDst connections are handed to the listener of their original destination
 * @param listenerFiltersTimeoutMillis 0: none
 * @param internal an internal listener: no socket
 * @param tcpBacklogSize 0: the system's
 */
public record ListenerConfig(
    String name,
    String statPrefix,
    List<Address> addresses,
    List<FilterChain> filterChains,
    @Nullable FilterChain defaultFilterChain,
    FilterChainMatcher matcher,
    List<ListenerFilter> listenerFilters,
    long listenerFiltersTimeoutMillis,
    boolean continueOnListenerFiltersTimeout,
    boolean useOriginalDst,
    boolean bindToPort,
    boolean transparent,
    boolean freebind,
    boolean reusePort,
    int perConnectionBufferLimitBytes,
    TrafficDirection trafficDirection,
    DrainType drainType,
    List<AccessLogConfig> accessLogs,
    int tcpBacklogSize,
    List<SocketOption> socketOptions,
    boolean exactBalance,
    boolean internal,
    Metadata metadata,
    Listener proto) {
  public ListenerConfig {
    addresses = List.copyOf(addresses);
    filterChains = List.copyOf(filterChains);
    listenerFilters = List.copyOf(listenerFilters);
    accessLogs = List.copyOf(accessLogs);
    socketOptions = List.copyOf(socketOptions);
  }

  public Address address() {
    return addresses.getFirst();
  }

  /** core.v3.TrafficDirection. */
  public enum TrafficDirection {
    UNSPECIFIED,
    INBOUND,
    OUTBOUND
  }

  /** Whether /healthcheck/fail drains it too. */
  public enum DrainType {
    DEFAULT,
    MODIFY_ONLY
  }

  /** A socket option by number; {@code bytes} is empty where {@code value} holds. */
  public record SocketOption(
      long level, long name, long value, com.google.protobuf.ByteString bytes) {}

  /** All filter chains, the default one last. */
  public List<FilterChain> allFilterChains() {
    if (defaultFilterChain == null) {
      return filterChains;
    }
    List<FilterChain> all = new java.util.ArrayList<>(filterChains);
    all.add(defaultFilterChain);
    return all;
  }

  /** The secrets that must have come before this listener can be used. */
  public Set<SdsSource> secrets() {
    Set<SdsSource> found = new LinkedHashSet<>();
    for (FilterChain chain : allFilterChains()) {
      if (chain.tls() != null) {
        found.addAll(chain.tls().secrets());
      }
    }
    return found;
  }

  /** Names of the route tables that RDS must deliver. */
  public Set<String> routeTables() {
    Set<String> found = new LinkedHashSet<>();
    for (FilterChain chain : allFilterChains()) {
      chain.addRouteTables(found);
    }
    return found;
  }

  /** Clusters that inline route tables, TCP proxies and the like name. */
  public Set<String> referencedClusters() {
    Set<String> found = new LinkedHashSet<>();
    for (FilterChain chain : allFilterChains()) {
      chain.addClusters(found);
    }
    return found;
  }
}
