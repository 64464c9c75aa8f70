package io.outrigger.proxy.http;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.hcm.HttpConnectionManagerConfig;
import io.outrigger.config.hcm.RouteSource;
import io.outrigger.config.hcm.ScopedRoute;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.RouteTable;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.proxy.accesslog.AccessLogger;
import io.outrigger.proxy.accesslog.ValueFormat;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.snapshot.Reference;
import io.outrigger.proxy.snapshot.SnapshotReader;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.tracing.Tracing;
import io.outrigger.proxy.worker.FreeList;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.xds.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What all exchanges of one connection manager share on one worker: configuration, statistics,
 * clusters, and exchanges to use again. Owned by the worker.
 */
public final class HttpScope {
  /** Without any connection for so long it may be left by all. */
  private static final long REST = TimeUnit.SECONDS.toNanos(5);

  final Worker worker;
  final HttpConnectionManagerConfig config;
  final HcmStats stats;
  final ListenerHttpStats listenerStats;
  final AccessLogger accessLogger;
  final Clusters clusters;
  final List<HttpFilter.Factory> filters;
  final Text text;
  final HeaderMutator mutator;
  final ValueFormat values;
  final LocalReplies localReplies;
  final byte[] serverName;
  final byte[] via;
  final Node node;

  /** Null: nothing is traced. */
  final @Nullable Tracing tracing;

  final RequestFields fields = new RequestFields();
  private final SnapshotReader snapshots;
  private final @Nullable ScopedTables scopedTables;
  private final RequestTarget.Factory targets;
  private final FreeList<Exchange> free;
  private final Timeout rest;
  private int connections;

  public HttpScope(
      Worker worker,
      HttpConnectionManagerConfig config,
      HcmStats stats,
      ListenerHttpStats listenerStats,
      AccessLogger accessLogger,
      Clusters clusters,
      SnapshotReader snapshots,
      List<HttpFilter.Factory> filters,
      RequestTarget.Factory targets,
      Node node,
      @Nullable Tracing tracing) {
    this.node = node;
    this.tracing = tracing;
    this.worker = worker;
    this.config = config;
    this.stats = stats;
    this.listenerStats = listenerStats;
    this.accessLogger = accessLogger;
    this.clusters = clusters;
    this.snapshots = snapshots;
    this.filters = List.copyOf(filters);
    this.targets = targets;
    this.scopedTables =
        config.routes() instanceof RouteSource.ScopedRds scoped
            ? new ScopedTables(scoped, snapshots)
            : null;
    this.free = new FreeList<>(worker.timers(), Exchange::unlinkTimers);
    this.rest = new Timeout(worker.timers(), this::onRest);
    this.text = new Text(worker);
    this.values = new ValueFormat();
    this.mutator = new HeaderMutator(values);
    this.localReplies = new LocalReplies(this);
    this.serverName = config.serverName().getBytes(StandardCharsets.ISO_8859_1);
    this.via = config.via().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The route table in force; null where RDS has not delivered it, or the request has no scope. */
  @Nullable RouteTable routeTable(Headers headers) {
    RouteSource routes = config.routes();
    if (routes instanceof RouteSource.Scoped scoped) {
      String key = scoped.key().of(headers);
      routes = key == null ? null : scoped.scopes().get(key);
      if (routes == null) {
        return null;
      }
    }
    ScopedTables tables = scopedTables;
    if (tables != null) {
      ScopedRoute scope = tables.scope(headers);
      if (scope == null || scope.table() != null) {
        return scope == null ? null : scope.table();
      }
      return snapshots.current().routeTable(scope.tableName());
    }
    if (routes instanceof RouteSource.Inline inline) {
      return inline.table();
    }
    if (routes instanceof RouteSource.Rds rds) {
      return snapshots.current().routeTable(rds.name());
    }
    throw new IllegalStateException("unknown RouteSource: " + routes);
  }

  /** What a request without a route may ask for; null: nothing of it comes on demand. */
  public Reference.@Nullable Key onDemand(Headers headers) {
    Reference.Key scope = scopedTables == null ? null : scopedTables.onDemand(headers);
    if (scope != null) {
      return scope;
    }
    RouteTable table = routeTable(headers);
    ConfigSource vhds = table == null ? null : table.vhds();
    return table == null || vhds == null
        ? null
        : new Reference.Key(ResourceType.VHDS, table.virtualHostName(headers), vhds.origin());
  }

  public SnapshotReader snapshots() {
    return snapshots;
  }

  /** The proxy as its control plane and its neighbours know it. */
  public Node node() {
    return node;
  }

  public Worker worker() {
    return worker;
  }

  public HttpConnectionManagerConfig config() {
    return config;
  }

  public HcmStats stats() {
    return stats;
  }

  public Clusters clusters() {
    return clusters;
  }

  public Text text() {
    return text;
  }

  public HeaderMutator mutator() {
    return mutator;
  }

  public ValueFormat values() {
    return values;
  }

  void connectionOpened() {
    connections++;
  }

  void connectionClosed() {
    connections--;
    if (connections == 0) {
      rest.arm(REST);
    }
  }

  /** Nothing is held by timers of exchanges that are over: this may be of an old configuration. */
  private void onRest() {
    if (connections == 0) {
      free.forEach(Exchange::unlinkTimers);
    }
  }

  Exchange take() {
    Exchange exchange = free.take();
    return exchange == null ? new Exchange(this, targets) : exchange;
  }

  /** Keeps an exchange that ended cleanly, so that nothing refers to it any more, if it may. */
  void give(Exchange exchange) {
    free.give(exchange);
  }
}
