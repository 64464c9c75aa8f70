package io.outrigger.proxy.cluster;

import com.github.xds.data.orca.v3.OrcaLoadReport;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.Discovery;
import io.outrigger.config.cluster.LbPolicy;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.breaker.CircuitBreaker;
import io.outrigger.proxy.lb.Balancers;
import io.outrigger.proxy.lb.Latency;
import io.outrigger.proxy.lb.LoadBalancer;
import io.outrigger.proxy.lb.LoadReports;
import io.outrigger.proxy.lb.LoadWeight;
import io.outrigger.proxy.outlier.OutlierDetector;
import io.outrigger.proxy.pool.HostPools;
import io.outrigger.proxy.pool.PoolScope;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one worker holds of a cluster: its balancer and its pools. Owned by its worker. */
public final class WorkerCluster {
  private final Worker worker;
  private final Cluster cluster;
  private final ClusterTraffic traffic;
  private final PoolScope scope;
  private final Balancers balancers;
  private final @Nullable HostFinder finder;
  private final @Nullable Aggregate aggregate;
  private final @Nullable OutlierDetector<Host> outliers;
  private @Nullable OverrideHosts overrides;
  private final List<HostPools> pools = new ArrayList<>();
  private @Nullable HostSet seen;
  private @Nullable HostSet seenLocal;
  private LoadBalancer balancer = context -> null;
  private final @Nullable NextHosts next;
  private boolean retired;

  WorkerCluster(Worker worker, Transport transport, Cluster cluster, Clusters clusters) {
    this.worker = worker;
    this.cluster = cluster;
    this.traffic = cluster.traffic();
    this.scope =
        new PoolScope(
            worker,
            transport,
            cluster.config(),
            cluster.bind(),
            traffic.stats(),
            traffic.defaultBreaker(),
            traffic.highBreaker(),
            traffic,
            traffic.codecs());
    this.balancers =
        new Balancers(cluster.config(), new WorkerLbScope(worker, cluster, traffic.stats()));
    this.finder = cluster.finder();
    this.aggregate =
        cluster.config().discovery() instanceof Discovery.Aggregate of
            ? new Aggregate(
                of, cluster.config().commonLb().healthyPanicThreshold(), clusters, worker)
            : null;
    this.outliers = cluster.outliers();
    this.next = finder == null && aggregate == null ? NextHosts.of(cluster.config()) : null;
  }

  public String name() {
    return cluster.name();
  }

  public ClusterConfig config() {
    return cluster.config();
  }

  public Cluster cluster() {
    return cluster;
  }

  public ClusterStats stats() {
    return traffic.stats();
  }

  /** The limits of the route's priority. */
  public CircuitBreaker breaker(boolean highPriority) {
    return highPriority ? traffic.highBreaker() : traffic.defaultBreaker();
  }

  /** The share of requests, per million, that is to be refused: drop_overloads. */
  public int dropPerMillion() {
    return cluster.dropPerMillion();
  }

  /** A request ends here, for a limit or for the control plane's word: for load reports. */
  public void dropped(boolean byOverload) {
    cluster.drops().count(byOverload);
  }

  // ---- the way to a stream ----

  /** The host for this request, or null: none may take it (UH). */
  public @Nullable Host pick(LbContext context) {
    assert worker.inLoop();
    Host host;
    String wanted = context.overrideHost();
    Host override = wanted == null ? null : override(wanted);
    if (override != null || (wanted != null && context.overrideIsStrict())) {
      host = override;
    } else if (finder != null) {
      host = finder.pick(context, traffic.stats(), worker.index());
    } else if (aggregate != null) {
      host = aggregate.pick(context);
    } else {
      LoadBalancer now = balancer();
      host = next == null ? null : next.take(context);
      if (host == null) {
        host = now.pick(context);
      }
    }
    if (host == null) {
      traffic.stats().upstreamCxNoneHealthy.inc(worker.index());
    }
    return host;
  }

  private @Nullable Host override(String address) {
    OverrideHosts of = overrides;
    if (of == null) {
      of = new OverrideHosts(cluster.config().commonLb().overrideHostStatus());
      overrides = of;
    }
    return of.find(cluster.hostSet(), address);
  }

  /** The balancer of the hosts as they are now. */
  @SuppressWarnings("ReferenceEquality") // a set that didn't change is the same object
  LoadBalancer balancer() {
    HostSet now = cluster.hostSet();
    HostSet local = cluster.localHosts();
    if (now != seen || local != seenLocal) {
      balancer = balancers.of(now);
      if (next != null) {
        next.forget();
      }
      seen = now;
      seenLocal = local;
    }
    return balancer;
  }

  /** Asks for a stream to this host: at once where a connection has room, else when there is. */
  public Pending newStream(Host host, LbContext context, StreamWaiter waiter) {
    assert worker.inLoop();
    if (next != null && !retired) {
      next.connect(pools, balancer(), cluster.hostSet().healthy(), context, this::poolsOf);
    }
    return poolsOf(host).newStream(context, waiter);
  }

  /** Asks for a connection of its own to this host. */
  public Pending newTcpConnection(Host host, LbContext context, TcpWaiter waiter) {
    assert worker.inLoop();
    return poolsOf(host).newTcpConnection(context, waiter);
  }

  private HostPools poolsOf(Host host) {
    if (aggregate != null) {
      return Objects.requireNonNull(aggregate.owner(host), "a host of a member").poolsOf(host);
    }
    HostPools of = host.pools(worker.index());
    if (of == null) {
      of = new HostPools(scope, host);
      host.pools(worker.index(), of);
      pools.add(of);
      if (retired || host.isRemoved()) {
        of.drain();
      }
    }
    return of;
  }

  // ---- how it went; for /clusters and outlier detection ----

  /** The host answered with this status; for gRPC, with what its grpc-status stands for. */
  public void onResponse(Host host, int status, long sentNanos) {
    measure(host, sentNanos);
    if (status >= 500) {
      host.stats().requestFailed(worker.index());
    } else {
      host.stats().requestSucceeded(worker.index());
    }
    OutlierDetector<Host> outliers = outliersOf(host);
    if (outliers != null) {
      outliers.onStatus(host, host.results(), status);
      outliers.onLocalOriginSuccess(host.results());
    }
  }

  /** An answer's headers or trailers, which may report the host's load; whether they do. */
  public boolean onLoadReport(Host host, Headers headers) {
    List<String> metrics = config().reportedMetrics();
    boolean weighs = host.reportedWeight() != null;
    if (!weighs && metrics.isEmpty()) {
      return false;
    }
    OrcaLoadReport report = LoadReports.in(headers);
    if (report == null) {
      return false;
    }
    if (!metrics.isEmpty()) {
      host.metered().add(metrics, report);
    }
    if (weighs && config().lbPolicy() instanceof LbPolicy.ClientSideWeighted policy) {
      LoadWeight.take(report, host, policy, worker.nanos());
    }
    return true;
  }

  /** What balancing by latency goes by; other balancers measure nothing. */
  private void measure(Host host, long sentNanos) {
    Latency latency = host.latency();
    if (latency != null && sentNanos != 0) {
      long now = worker.nanos();
      latency.observe(now - sentNanos, now);
    }
  }

  /** The host didn't answer within the route's or the try's time; {@code told}: as was told. */
  public void onTimeout(Host host, long sentNanos, boolean told) {
    if (!told) {
      onSoftTimeout(host, sentNanos);
    }
    host.stats().requestTimedOut(worker.index());
    host.stats().requestFailed(worker.index());
  }

  /** The host's time is up, and its answer still waited for: only outlier detection counts it. */
  public void onSoftTimeout(Host host, long sentNanos) {
    measure(host, sentNanos);
    OutlierDetector<Host> outliers = outliersOf(host);
    if (outliers != null) {
      outliers.onTimeout(host, host.results());
    }
  }

  /** No stream was had, or it broke before the answer's headers; not for OVERFLOW. */
  public void onFailure(Host host, ResetReason reason) {
    host.stats().requestFailed(worker.index());
    OutlierDetector<Host> outliers = outliersOf(host);
    if (outliers != null) {
      outliers.onLocalOriginFailure(host, host.results());
    }
  }

  private @Nullable OutlierDetector<Host> outliersOf(Host host) {
    if (aggregate == null) {
      return outliers;
    }
    WorkerCluster owner = aggregate.owner(host);
    return owner == null ? null : owner.outliers;
  }

  /** The host says in an answer that it is to be taken for ill; if active checks are made. */
  public void onImmediateFailure(Host host) {
    WorkerCluster owner = aggregate == null ? this : aggregate.owner(host);
    if (owner != null && !owner.config().healthChecks().isEmpty()) {
      owner.cluster.failHealthCheck(host);
    }
  }

  // ---- the end ----

  /** The host was found ill: new connections may come out better. */
  void closeTo(Host ill) {
    assert worker.inLoop();
    HostPools of = ill.pools(worker.index());
    if (of != null) {
      of.closeConnections(config().closeConnectionsOnHostHealthFailure());
    }
  }

  /** The cluster has other hosts than before: new connections divide the load better. */
  void renew(List<Host> hosts) {
    assert worker.inLoop();
    for (Host host : hosts) {
      HostPools of = host.pools(worker.index());
      if (of != null) {
        of.closeConnections(false);
      }
    }
  }

  /** Hosts that are in the cluster no more: their connections close as their streams end. */
  void drain(List<Host> removed) {
    assert worker.inLoop();
    for (Host host : removed) {
      HostPools of = host.pools(worker.index());
      if (of != null) {
        of.drain();
        pools.remove(of);
      }
    }
  }

  /** Another took its place, or it was removed: all connections close as their streams end. */
  void retire() {
    assert worker.inLoop();
    retired = true;
    for (HostPools of : List.copyOf(pools)) {
      of.drain();
    }
    pools.clear();
  }
}
