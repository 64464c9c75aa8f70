package io.outrigger.proxy;

import io.outrigger.config.listener.NetworkFilterConfig;
import io.outrigger.proxy.accesslog.AccessLogs;
import io.outrigger.proxy.cluster.ClusterRegistry;
import io.outrigger.proxy.filter.HttpConnectionManagers;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.snapshot.WorkerSnapshot;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.tcp.DirectResponseFilter;
import io.outrigger.proxy.tcp.EchoFilter;
import io.outrigger.proxy.tcp.TcpProxy;
import java.util.List;

/** Makes what filter chains end in: a connection manager, a TCP proxy, an echo. On a worker. */
final class TerminalFilters implements TerminalFilter.Factory {
  private final StatStore stats;
  private final AccessLogs accessLogs;
  private final ClusterRegistry clusters;
  private final HttpConnectionManagers connectionManagers;

  /** {@code snapshots} are the workers', in the order of their indexes, which begin at 1. */
  TerminalFilters(
      StatStore stats,
      AccessLogs accessLogs,
      ClusterRegistry clusters,
      List<WorkerSnapshot> snapshots) {
    this.stats = stats;
    this.accessLogs = accessLogs;
    this.clusters = clusters;
    this.connectionManagers =
        new HttpConnectionManagers(
            stats, accessLogs, clusters::on, worker -> snapshots.get(worker.index() - 1));
  }

  @Override
  public TerminalFilter create(TerminalFilter.Scope scope) {
    return switch (scope.chain().terminal()) {
      case NetworkFilterConfig.Http http -> connectionManagers.create(scope, http.config());
      case NetworkFilterConfig.Tcp tcp ->
          new TcpProxy(
              tcp.config(),
              clusters.on(scope.worker()),
              accessLogs.logger(tcp.config().accessLogs()),
              stats);
      case NetworkFilterConfig.Echo _ -> new EchoFilter();
      case NetworkFilterConfig.DirectResponse direct -> new DirectResponseFilter(direct.response());
      // a chain that ends in nothing does nothing with a connection but close it, as in Envoy
      case NetworkFilterConfig.Ignored _ -> connection -> connection.channel().close();
      case null -> connection -> connection.channel().close();
    };
  }
}
