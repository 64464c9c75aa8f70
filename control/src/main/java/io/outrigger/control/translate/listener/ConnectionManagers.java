package io.outrigger.control.translate.listener;

import com.google.protobuf.MessageLite;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.type.v3.Percent;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.ListenerModel;
import io.outrigger.control.translate.model.RouteTableModel;
import io.outrigger.control.translate.route.RouteTableTranslator;
import java.time.Duration;

/** Makes HTTP connection managers as Istio sets them. */
final class ConnectionManagers {
  private ConnectionManagers() {}

  static HttpConnectionManager byName(ListenerModel listener, String statPrefix, String routes) {
    return base(listener, statPrefix)
        .setRds(
            Rds.newBuilder()
                .setRouteConfigName(routes)
                .setConfigSource(
                    ConfigSource.newBuilder()
                        .setAds(AggregatedConfigSource.getDefaultInstance())
                        .setResourceApiVersion(ApiVersion.V3)
                        .setInitialFetchTimeout(Values.duration(Duration.ZERO))))
        .build();
  }

  static HttpConnectionManager inline(
      ListenerModel listener, String statPrefix, RouteTableModel routes) {
    return base(listener, statPrefix)
        .setRouteConfig(RouteTableTranslator.translate(routes))
        .build();
  }

  private static HttpConnectionManager.Builder base(ListenerModel listener, String statPrefix) {
    boolean inbound = listener.direction() == ListenerModel.Direction.INBOUND;
    HttpConnectionManager.Builder out =
        HttpConnectionManager.newBuilder()
            .setStatPrefix(statPrefix)
            .setStreamIdleTimeout(Values.duration(Duration.ZERO))
            .setNormalizePath(Values.bool(true))
            .setUseRemoteAddress(Values.bool(false))
            .addUpgradeConfigs(
                HttpConnectionManager.UpgradeConfig.newBuilder().setUpgradeType("websocket"))
            .addAllAccessLog(AccessLogs.of(listener.accessLog()));
    Double sampling = listener.traceSampling();
    if (sampling != null) {
      out.setTracing(tracing(sampling));
    }
    if (listener.tellsPeers()) {
      out.addHttpFilters(IstioFilters.peerMetadata(inbound));
    }
    if (inbound) {
      out.setForwardClientCertDetails(HttpConnectionManager.ForwardClientCertDetails.APPEND_FORWARD)
          .setSetCurrentClientCertDetails(
              HttpConnectionManager.SetCurrentClientCertDetails.newBuilder()
                  .setSubject(Values.bool(true))
                  .setUri(true)
                  .setDns(true))
          .setServerHeaderTransformation(
              HttpConnectionManager.ServerHeaderTransformation.PASS_THROUGH);
    } else {
      // routes give these two their settings; without any they do nothing
      out.addHttpFilters(filter("fault", "fault.v3.HTTPFault", HTTPFault.getDefaultInstance()));
      out.addHttpFilters(filter("cors", "cors.v3.Cors", Cors.getDefaultInstance()));
    }
    out.addAllHttpFilters(Authorization.http(listener.authorization()));
    out.addAllHttpFilters(RateLimitFilters.of(listener.authorization().limits()));
    if (listener.tellsPeers()) {
      out.addHttpFilters(IstioFilters.httpStats());
    }
    return out.addHttpFilters(filter("router", "router.v3.Router", Router.getDefaultInstance()));
  }

  /** Where the spans go, the proxy's bootstrap says. */
  private static HttpConnectionManager.Tracing tracing(double sampling) {
    Percent all = Percent.newBuilder().setValue(100).build();
    return HttpConnectionManager.Tracing.newBuilder()
        .setClientSampling(all)
        .setRandomSampling(Percent.newBuilder().setValue(sampling))
        .setOverallSampling(all)
        .build();
  }

  static HttpFilter filter(String name, String type, MessageLite config) {
    return HttpFilter.newBuilder()
        .setName("envoy.filters.http." + name)
        .setTypedConfig(Values.any("extensions.filters.http." + type, config))
        .build();
  }
}
