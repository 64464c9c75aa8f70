package io.outrigger.proxy.filter;

import io.outrigger.config.filter.DiscoveredConfig;
import io.outrigger.config.filter.FilterConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.http.Headers;
import io.outrigger.config.listener.ExtensionConfig;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.istio.IstioMetrics;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.snapshot.SnapshotReader;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.userfilter.UserFilters;
import org.jspecify.annotations.Nullable;

/**
 * A filter whose configuration ECDS delivers: requests that come after a change get the new one, on
 * connections that are open too.
 */
final class DiscoveredFilter implements HttpFilter.Factory {
  /** Fails requests for want of a configuration. */
  private static final class Missing implements HttpFilter {
    private final Verdict reply = new Verdict.Reply(500, "", "", ResponseFlag.NFCF, -1);

    @Override
    public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
      return reply;
    }
  }

  private final HttpFilterConfig filter;
  private final DiscoveredConfig discovered;
  private final TerminalFilter.Scope where;
  private final StatStore store;
  private final String prefix;
  private final Clusters clusters;
  private final SnapshotReader snapshots;
  private final IstioMetrics istio;
  private final UserFilters users;
  private final Missing missing = new Missing();
  private @Nullable Snapshot seen;
  private @Nullable FilterConfig config;
  private HttpFilter.@Nullable Factory current;

  DiscoveredFilter(
      HttpFilterConfig filter,
      DiscoveredConfig discovered,
      TerminalFilter.Scope where,
      StatStore store,
      String prefix,
      Clusters clusters,
      SnapshotReader snapshots,
      IstioMetrics istio,
      UserFilters users) {
    this.users = users;
    this.istio = istio;
    this.filter = filter;
    this.discovered = discovered;
    this.where = where;
    this.store = store;
    this.prefix = prefix;
    this.clusters = clusters;
    this.snapshots = snapshots;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // snapshots share what didn't change
  public @Nullable HttpFilter create(Exchange exchange) {
    Snapshot now = snapshots.current();
    if (now != seen) {
      seen = now;
      follow(now.extension(discovered.discovery().name()));
    }
    if (config == null) {
      return missing;
    }
    return current == null ? null : current.create(exchange);
  }

  @SuppressWarnings("ReferenceEquality") // a record that didn't change is the same object
  private void follow(@Nullable ExtensionConfig extension) {
    FilterConfig next =
        extension instanceof ExtensionConfig.Http http ? http.config() : discovered.fallback();
    if (next != config) {
      config = next;
      current =
          next == null
              ? null
              : HttpFilters.factory(
                  new HttpFilterConfig(filter.name(), next, filter.disabled()),
                  where,
                  store,
                  prefix,
                  clusters,
                  snapshots,
                  istio,
                  users);
    }
  }
}
