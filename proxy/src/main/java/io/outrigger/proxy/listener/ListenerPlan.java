package io.outrigger.proxy.listener;

import io.outrigger.config.listener.FilterChain;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.listener.ListenerFilter;
import io.outrigger.config.listener.ListenerFilterConfig;
import io.outrigger.proxy.accesslog.AccessLogger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A listener's configuration with its chains in force. Immutable; each worker swaps it whole. */
final class ListenerPlan {
  private final ListenerConfig config;
  private final List<ListenerFilter> filters;
  private final IdentityHashMap<FilterChain, ActiveChain> chains;
  private final AccessLogger accessLogger;

  /** {@code chains} has one for each of the configuration's. */
  ListenerPlan(
      ListenerConfig config,
      IdentityHashMap<FilterChain, ActiveChain> chains,
      AccessLogger accessLogger) {
    this.config = config;
    this.filters = filters(config);
    this.chains = chains;
    this.accessLogger = accessLogger;
  }

  ListenerConfig config() {
    return config;
  }

  /** Those configured, and those that the rest of the configuration can't do without. */
  List<ListenerFilter> filters() {
    return filters;
  }

  AccessLogger accessLogger() {
    return accessLogger;
  }

  Collection<ActiveChain> chains() {
    return chains.values();
  }

  /** The chain of a configured one, or null if this isn't this listener's. */
  @Nullable ActiveChain chain(FilterChain configured) {
    return chains.get(configured);
  }

  /** The chain that takes a connection, or null: close it. */
  @Nullable ActiveChain match(DownstreamConnection connection) {
    FilterChain found = config.matcher().match(connection.facts());
    return found == null ? null : chains.get(found);
  }

  private static List<ListenerFilter> filters(ListenerConfig config) {
    var filters = new ArrayList<ListenerFilter>(config.listenerFilters());
    boolean restores =
        filters.stream().anyMatch(f -> f.config() instanceof ListenerFilterConfig.OriginalDst);
    if (config.useOriginalDst() && !restores) {
      filters.addFirst(
          new ListenerFilter(
              "envoy.filters.listener.original_dst", new ListenerFilterConfig.OriginalDst(), null));
    }
    boolean inspects =
        filters.stream().anyMatch(f -> f.config() instanceof ListenerFilterConfig.TlsInspector);
    if (!inspects && needsClientHello(config)) {
      filters.add(
          new ListenerFilter(
              "envoy.filters.listener.tls_inspector",
              new ListenerFilterConfig.TlsInspector(ClientHello.MAX_SIZE, false, false),
              null));
    }
    return List.copyOf(filters);
  }

  /** Chains matched by server name or ALPN of TLS can't be told apart without the inspector. */
  private static boolean needsClientHello(ListenerConfig config) {
    for (FilterChain chain : config.filterChains()) {
      var match = chain.match();
      boolean byHello = !match.serverNames().isEmpty() || !match.applicationProtocols().isEmpty();
      boolean overTls =
          match.transportProtocol().equals("tls")
              || (match.transportProtocol().isEmpty() && chain.tls() != null);
      if (byHello && overTls) {
        return true;
      }
    }
    return false;
  }
}
