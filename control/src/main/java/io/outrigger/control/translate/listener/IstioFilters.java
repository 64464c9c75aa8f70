package io.outrigger.control.translate.listener;

import com.google.protobuf.Any;
import com.google.protobuf.MessageLite;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.outrigger.api.istio.peermetadata.Config;
import io.outrigger.api.istio.stats.PluginConfig;

/** Makes Istio's filters of telemetry, for proxies that have them. */
final class IstioFilters {
  private static final String STATS = "istio.stats";

  private IstioFilters() {}

  /** Callers and those called tell each other who they are, by headers that go no further. */
  static HttpFilter peerMetadata(boolean inbound) {
    Config.Builder out = Config.newBuilder();
    var discovery =
        Config.DiscoveryMethod.newBuilder()
            .setIstioHeaders(Config.IstioHeaders.getDefaultInstance());
    if (inbound) {
      out.addDownstreamDiscovery(discovery)
          .addDownstreamPropagation(
              Config.PropagationMethod.newBuilder()
                  .setIstioHeaders(Config.IstioHeaders.getDefaultInstance()));
    } else {
      out.addUpstreamDiscovery(discovery)
          .addUpstreamPropagation(
              Config.PropagationMethod.newBuilder()
                  .setIstioHeaders(Config.IstioHeaders.newBuilder().setSkipExternalClusters(true)));
    }
    return HttpFilter.newBuilder()
        .setName("envoy.filters.http.peer_metadata")
        .setTypedConfig(any("io.istio.http.peer_metadata.Config", out.build()))
        .build();
  }

  static HttpFilter httpStats() {
    return HttpFilter.newBuilder().setName(STATS).setTypedConfig(stats()).build();
  }

  static Filter tcpStats() {
    return Filter.newBuilder().setName(STATS).setTypedConfig(stats()).build();
  }

  private static Any stats() {
    return any("stats.PluginConfig", PluginConfig.getDefaultInstance());
  }

  private static Any any(String name, MessageLite message) {
    return Any.newBuilder()
        .setTypeUrl("type.googleapis.com/" + name)
        .setValue(message.toByteString())
        .build();
  }
}
