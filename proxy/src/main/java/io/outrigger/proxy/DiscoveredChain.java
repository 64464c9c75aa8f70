package io.outrigger.proxy;

import io.outrigger.config.listener.ExtensionConfig;
import io.outrigger.config.listener.FilterChain;
import io.outrigger.config.listener.NetworkFilterConfig;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.snapshot.SnapshotReader;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chain with network filters that ECDS delivers: each connection gets those of the moment, and
 * keeps them. On a worker.
 */
final class DiscoveredChain implements TerminalFilter {
  private final Scope scope;
  private final Factory filters;
  private final SnapshotReader snapshots;
  private final Counter missing;
  private @Nullable Snapshot seen;
  private @Nullable List<FilterChain.NetworkFilter> resolved;
  private @Nullable TerminalFilter current;

  DiscoveredChain(Scope scope, Factory filters, SnapshotReader snapshots, StatStore stats) {
    this.scope = scope;
    this.filters = filters;
    this.snapshots = snapshots;
    this.missing = stats.counter(scope.statPrefix() + ".network_extension_config_missing");
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // snapshots share what didn't change
  public void start(DownstreamConnection connection) {
    Snapshot now = snapshots.current();
    if (now != seen) {
      seen = now;
      follow(now);
    }
    TerminalFilter filter = current;
    if (filter == null) {
      missing.inc(scope.worker().index());
      connection.channel().close();
      return;
    }
    filter.start(connection);
  }

  private void follow(Snapshot now) {
    List<FilterChain.NetworkFilter> next = resolve(now);
    if (next == null) {
      resolved = null;
      current = null;
    } else if (!next.equals(resolved)) {
      resolved = next;
      FilterChain chain = scope.chain();
      FilterChain whole =
          new FilterChain(
              chain.name(),
              chain.match(),
              chain.tls(),
              chain.tcpStats(),
              chain.transportSocketConnectTimeoutMillis(),
              next,
              chain.metadata());
      current =
          filters.create(new Scope(scope.worker(), scope.listener(), whole, scope.statPrefix()));
    }
  }

  /** The chain's filters; null: one has no configuration. */
  private @Nullable List<FilterChain.NetworkFilter> resolve(Snapshot now) {
    List<FilterChain.NetworkFilter> all = new ArrayList<>();
    for (FilterChain.NetworkFilter filter : scope.chain().networkFilters()) {
      NetworkFilterConfig config = filter.config();
      if (config instanceof NetworkFilterConfig.Discovered discovered) {
        config =
            now.extension(discovered.discovery().name()) instanceof ExtensionConfig.Network found
                ? found.config()
                : discovered.fallback();
      }
      if (config == null) {
        return null;
      }
      all.add(new FilterChain.NetworkFilter(filter.name(), config));
    }
    return all;
  }
}
