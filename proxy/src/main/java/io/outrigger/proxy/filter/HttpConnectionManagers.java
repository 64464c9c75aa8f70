package io.outrigger.proxy.filter;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.RouterConfig;
import io.outrigger.config.hcm.HttpConnectionManagerConfig;
import io.outrigger.config.listener.ListenerConfig.TrafficDirection;
import io.outrigger.config.tracing.TracerConfig;
import io.outrigger.config.tracing.TracingConfig;
import io.outrigger.proxy.accesslog.AccessLogs;
import io.outrigger.proxy.address.MachineAddress;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.http.HcmStats;
import io.outrigger.proxy.http.HttpConnectionManager;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.HttpScope;
import io.outrigger.proxy.http.ListenerHttpStats;
import io.outrigger.proxy.http2.Http2Stats;
import io.outrigger.proxy.istio.IstioMetrics;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.router.Router;
import io.outrigger.proxy.router.RouterStats;
import io.outrigger.proxy.snapshot.SnapshotReader;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.tracing.Tracing;
import io.outrigger.proxy.userfilter.UserFilters;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes connection managers, each for a filter chain and worker, with their HTTP filters. */
public final class HttpConnectionManagers {
  private final StatStore store;
  private final RouterStats.Factory routerStats;
  private final AccessLogs accessLogs;
  private final Function<Worker, Clusters> clusters;
  private final Function<Worker, SnapshotReader> snapshots;
  private final Http2Stats http2Stats;
  private final Node node;
  private final @Nullable TracerConfig tracer;
  private final IstioMetrics istio;
  private final UserFilters users;

  public HttpConnectionManagers(
      StatStore store,
      AccessLogs accessLogs,
      Function<Worker, Clusters> clusters,
      Function<Worker, SnapshotReader> snapshots,
      Node node,
      @Nullable TracerConfig tracer,
      IstioMetrics istio,
      UserFilters users) {
    this.users = users;
    this.istio = istio;
    this.node = node;
    this.tracer = tracer;
    this.store = store;
    this.routerStats = new RouterStats.Factory(store);
    this.accessLogs = accessLogs;
    this.clusters = clusters;
    this.snapshots = snapshots;
    this.http2Stats = new Http2Stats(store, "");
  }

  /** On the worker of {@code where}. */
  public TerminalFilter create(TerminalFilter.Scope where, HttpConnectionManagerConfig config) {
    String prefix = "http." + config.statPrefix() + ".";
    List<HttpFilter.Factory> filters = new ArrayList<>();
    RouterConfig router = RouterConfig.DEFAULT;
    for (HttpFilterConfig filter : config.httpFilters()) {
      if (filter.config() instanceof RouterConfig own) {
        router = own;
        continue;
      }
      HttpFilter.Factory factory =
          HttpFilters.factory(
              filter,
              where,
              store,
              prefix,
              clusters.apply(where.worker()),
              snapshots.apply(where.worker()),
              istio,
              users);
      if (factory != null) {
        filters.add(factory);
      }
    }
    RouterConfig last = router;
    HcmStats stats = new HcmStats(store, prefix);
    HttpScope scope =
        new HttpScope(
            where.worker(),
            config,
            stats,
            new ListenerHttpStats(store, where.statPrefix() + "." + prefix),
            accessLogs.logger(config.accessLogs()),
            clusters.apply(where.worker()),
            snapshots.apply(where.worker()),
            filters,
            exchange -> new Router(exchange, last, routerStats),
            node,
            config.tracing() == null
                ? null
                : tracing(where, config, config.tracing(), last, stats));
    return new HttpConnectionManager(
        scope, http2Stats, where.listener().perConnectionBufferLimitBytes());
  }

  private Tracing tracing(
      TerminalFilter.Scope where,
      HttpConnectionManagerConfig config,
      TracingConfig tracing,
      RouterConfig router,
      HcmStats stats) {
    return new Tracing(
        new Tracing.Place(
            where.worker(),
            store,
            clusters.apply(where.worker()),
            node,
            config.requestId(),
            where.listener().trafficDirection() == TrafficDirection.OUTBOUND,
            router.startChildSpan(),
            MachineAddress.text()),
        tracing,
        tracer,
        stats.tracing());
  }
}
