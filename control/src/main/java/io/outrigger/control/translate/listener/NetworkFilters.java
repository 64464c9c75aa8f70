package io.outrigger.control.translate.listener;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.ListenerModel;
import io.outrigger.control.translate.model.ListenerModel.Action;
import io.outrigger.control.translate.model.RouteModel;
import java.util.List;

/** Makes the network filter that takes a chain's connections. */
final class NetworkFilters {
  private NetworkFilters() {}

  static Filter filter(ListenerModel listener, Action action) {
    return switch (action) {
      case Action.HttpByName http ->
          manager(ConnectionManagers.byName(listener, http.statPrefix(), http.routes()));
      case Action.HttpInline http ->
          manager(ConnectionManagers.inline(listener, http.statPrefix(), http.routes()));
      case Action.Tcp tcp ->
          Filter.newBuilder()
              .setName("envoy.filters.network.tcp_proxy")
              .setTypedConfig(
                  Values.any(
                      "extensions.filters.network.tcp_proxy.v3.TcpProxy", tcp(listener, tcp)))
              .build();
    };
  }

  private static Filter manager(com.google.protobuf.MessageLite config) {
    return Filter.newBuilder()
        .setName("envoy.filters.network.http_connection_manager")
        .setTypedConfig(
            Values.any(
                "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                config))
        .build();
  }

  private static TcpProxy tcp(ListenerModel listener, Action.Tcp tcp) {
    TcpProxy.Builder out =
        TcpProxy.newBuilder()
            .setStatPrefix(tcp.statPrefix())
            .addAllAccessLog(AccessLogs.of(listener.accessLog()));
    List<RouteModel.WeightedCluster> clusters = tcp.clusters();
    if (clusters.size() == 1) {
      return out.setCluster(clusters.getFirst().cluster()).build();
    }
    TcpProxy.WeightedCluster.Builder weighted = TcpProxy.WeightedCluster.newBuilder();
    for (RouteModel.WeightedCluster cluster : clusters) {
      weighted.addClusters(
          TcpProxy.WeightedCluster.ClusterWeight.newBuilder()
              .setName(cluster.cluster())
              .setWeight(cluster.weight()));
    }
    return out.setWeightedClusters(weighted).build();
  }
}
