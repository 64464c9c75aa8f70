package io.outrigger.proxy;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.listener.FilterChain;
import io.outrigger.config.listener.NetworkFilterConfig;
import io.outrigger.config.ratelimit.TokenBucket;
import io.outrigger.config.tracing.TracerConfig;
import io.outrigger.proxy.accesslog.AccessLogs;
import io.outrigger.proxy.cluster.ClusterRegistry;
import io.outrigger.proxy.extauthz.ExtAuthzGate;
import io.outrigger.proxy.filter.HttpConnectionManagers;
import io.outrigger.proxy.istio.IstioMetrics;
import io.outrigger.proxy.istio.PeerExchanges;
import io.outrigger.proxy.istio.SeriesTable;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.ratelimit.RateLimitGate;
import io.outrigger.proxy.snapshot.WorkerSnapshot;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.tcp.ConnectionLimit;
import io.outrigger.proxy.tcp.ConnectionNotes;
import io.outrigger.proxy.tcp.DirectResponseFilter;
import io.outrigger.proxy.tcp.EchoFilter;
import io.outrigger.proxy.tcp.LocalRateLimitGate;
import io.outrigger.proxy.tcp.PeerExchangeGate;
import io.outrigger.proxy.tcp.RbacGate;
import io.outrigger.proxy.tcp.SniForwardProxy;
import io.outrigger.proxy.tcp.TcpProxy;
import io.outrigger.proxy.userfilter.UserFilters;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Makes what filter chains end in: a connection manager, a TCP proxy, an echo. On a worker. */
final class TerminalFilters implements TerminalFilter.Factory {
  private final StatStore stats;
  private final AccessLogs accessLogs;
  private final ClusterRegistry clusters;
  private final List<WorkerSnapshot> snapshots;
  private final HttpConnectionManagers connectionManagers;
  private final IstioMetrics istio;
  private final PeerExchanges exchanges;
  private final Node node;

  /** Connections under a limit by its place, all workers'. */
  private final Map<String, AtomicLong> open = new ConcurrentHashMap<>();

  /** Buckets that filters share, by what they say of them. */
  private final Map<String, TokenBucket> buckets = new ConcurrentHashMap<>();

  /** {@code snapshots} are the workers', in the order of their indexes, which begin at 1. */
  TerminalFilters(
      StatStore stats,
      AccessLogs accessLogs,
      ClusterRegistry clusters,
      List<WorkerSnapshot> snapshots,
      Node node,
      @Nullable TracerConfig tracer,
      UserFilters users) {
    this.stats = stats;
    this.node = node;
    this.accessLogs = accessLogs;
    this.clusters = clusters;
    this.snapshots = snapshots;
    this.istio = new IstioMetrics(stats, node);
    this.exchanges = new PeerExchanges(stats, istio);
    this.connectionManagers =
        new HttpConnectionManagers(
            stats,
            accessLogs,
            clusters::on,
            worker -> snapshots.get(worker.index() - 1),
            node,
            tracer,
            istio,
            users);
  }

  @Override
  public TerminalFilter create(TerminalFilter.Scope scope) {
    for (FilterChain.NetworkFilter filter : scope.chain().networkFilters()) {
      if (filter.config() instanceof NetworkFilterConfig.Discovered) {
        return new DiscoveredChain(
            scope, this::fixed, snapshots.get(scope.worker().index() - 1), stats);
      }
    }
    return fixed(scope);
  }

  private TerminalFilter fixed(TerminalFilter.Scope scope) {
    TerminalFilter next = exchanging(scope, terminal(scope));
    for (FilterChain.NetworkFilter filter : scope.chain().networkFilters().reversed()) {
      next = before(next, scope, filter);
    }
    return next;
  }

  /** Last of the filters, whatever its place: who isn't let in is told nothing. */
  private TerminalFilter exchanging(TerminalFilter.Scope scope, TerminalFilter next) {
    for (FilterChain.NetworkFilter filter : scope.chain().networkFilters()) {
      if (filter.config() instanceof NetworkFilterConfig.PeerExchange exchange) {
        return new PeerExchangeGate(exchange.protocol(), exchanges, next);
      }
    }
    return next;
  }

  private TerminalFilter before(
      TerminalFilter next, TerminalFilter.Scope scope, FilterChain.NetworkFilter filter) {
    if (filter.config() instanceof NetworkFilterConfig.SniForwardProxy sni) {
      return new SniForwardProxy(sni, clusters.on(scope.worker()).caches(), next);
    }
    if (filter.config() instanceof NetworkFilterConfig.SetFilterState state) {
      return ConnectionNotes.setFilterState(state.config(), next);
    }
    if (filter.config() instanceof NetworkFilterConfig.SniCluster) {
      return ConnectionNotes.sniCluster(next);
    }
    if (filter.config() instanceof NetworkFilterConfig.ConnectionLimit limit) {
      String place = scope.statPrefix() + '/' + scope.chain().name() + '/' + filter.name();
      return new ConnectionLimit(
          limit, open.computeIfAbsent(place, key -> new AtomicLong()), stats, next);
    }
    if (filter.config() instanceof NetworkFilterConfig.LocalRateLimit limit) {
      return new LocalRateLimitGate(limit, bucket(limit), stats, next);
    }
    if (filter.config() instanceof NetworkFilterConfig.ExtAuthz authz) {
      return new ExtAuthzGate(authz, clusters.on(scope.worker()), node, stats, next);
    }
    if (filter.config() instanceof NetworkFilterConfig.RateLimit limit) {
      return new RateLimitGate(limit, clusters.on(scope.worker()), stats, next);
    }
    if (filter.config() instanceof NetworkFilterConfig.Rbac rbac) {
      return new RbacGate(rbac, stats, scope.worker(), next);
    }
    return next;
  }

  /** The filter's own bucket, or that of all which have its share_key and the same bucket. */
  private TokenBucket bucket(NetworkFilterConfig.LocalRateLimit limit) {
    TokenBucket own = limit.bucket();
    return limit.shareKey().isEmpty()
        ? own
        : buckets.computeIfAbsent(
            own.max() + "/" + own.nanosPerToken() + "/" + limit.shareKey(), key -> own);
  }

  private TerminalFilter terminal(TerminalFilter.Scope scope) {
    NetworkFilterConfig filter = scope.chain().terminal();
    if (filter instanceof NetworkFilterConfig.Http http) {
      return connectionManagers.create(scope, http.config());
    }
    if (filter instanceof NetworkFilterConfig.Tcp tcp) {
      return new TcpProxy(
          tcp.config(),
          clusters.on(scope.worker()),
          snapshots.get(scope.worker().index() - 1),
          accessLogs.logger(tcp.config().accessLogs()),
          stats,
          exchanges,
          connections(scope));
    }
    if (filter instanceof NetworkFilterConfig.Echo) {
      return new EchoFilter();
    }
    if (filter instanceof NetworkFilterConfig.DirectResponse direct) {
      return new DirectResponseFilter(direct.response());
    }
    if (filter == null || !filter.isTerminal()) {
      // a chain that ends in nothing does nothing with a connection but close it, as in Envoy
      return connection -> connection.channel().close();
    }
    throw new IllegalStateException("unknown NetworkFilterConfig: " + filter);
  }

  /** Where the chain's connections are counted as Istio does; null: nowhere. */
  private @Nullable SeriesTable connections(TerminalFilter.Scope scope) {
    for (FilterChain.NetworkFilter filter : scope.chain().networkFilters()) {
      if (filter.config() instanceof NetworkFilterConfig.IstioStats own) {
        return new SeriesTable(
            istio, own.config(), scope.listener().trafficDirection(), scope.worker().index());
      }
    }
    return null;
  }
}
