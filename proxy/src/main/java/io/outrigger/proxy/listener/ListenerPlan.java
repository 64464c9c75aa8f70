package io.outrigger.proxy.listener;

import io.outrigger.config.listener.ExtensionConfig;
import io.outrigger.config.listener.FilterChain;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.listener.ListenerFilter;
import io.outrigger.config.listener.ListenerFilterConfig;
import io.outrigger.proxy.accesslog.AccessLogger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
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
      AccessLogger accessLogger,
      Map<String, ExtensionConfig> extensions) {
    this.config = config;
    this.filters = filters(config, extensions);
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

  /** The same with the filters that ECDS delivers now; itself if they are as they were. */
  ListenerPlan with(Map<String, ExtensionConfig> extensions) {
    return filters(config, extensions).equals(filters)
        ? this
        : new ListenerPlan(config, chains, accessLogger, extensions);
  }

  private static ListenerFilter discovered(
      ListenerFilter filter, Map<String, ExtensionConfig> extensions) {
    if (!(filter.config() instanceof ListenerFilterConfig.Discovered discovered)) {
      return filter;
    }
    ListenerFilterConfig found =
        extensions.get(discovered.discovery().name()) instanceof ExtensionConfig.Listener delivered
            ? delivered.config()
            : discovered.fallback();
    return found == null ? filter : new ListenerFilter(filter.name(), found, filter.disabled());
  }

  private static List<ListenerFilter> filters(
      ListenerConfig config, Map<String, ExtensionConfig> extensions) {
    var filters = new ArrayList<ListenerFilter>();
    for (ListenerFilter filter : config.listenerFilters()) {
      filters.add(discovered(filter, extensions));
    }
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
