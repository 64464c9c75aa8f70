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
import io.outrigger.control.translate.Topology;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.ListenerModel;
import io.outrigger.control.translate.model.RouteTableModel;
import io.outrigger.control.translate.route.RouteTableTranslator;
import java.time.Duration;

/** Makes HTTP connection managers as Istio sets them. */
final class ConnectionManagers {
  /** What Istio's gateways call themselves to clients. */
  private static final String ISTIO_SERVER = "istio-envoy";

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
    }
    Topology topology = listener.topology();
    if (topology == null) {
      out.setUseRemoteAddress(Values.bool(false));
    } else {
      edge(out, topology);
    }
    out.addAllHttpFilters(Authorization.http(listener.authorization()));
    out.addAllHttpFilters(RateLimitFilters.of(listener.authorization().limits()));
    if (!inbound) {
      // routes give these two their settings; without any they do nothing
      out.addHttpFilters(filter("fault", "fault.v3.HTTPFault", HTTPFault.getDefaultInstance()));
      out.addHttpFilters(filter("cors", "cors.v3.Cors", Cors.getDefaultInstance()));
    }
    if (listener.tellsPeers()) {
      out.addHttpFilters(IstioFilters.httpStats());
    }
    return out.addHttpFilters(filter("router", "router.v3.Router", Router.getDefaultInstance()));
  }

  /** Who asks is outside the mesh: what they say of themselves isn't believed. */
  private static void edge(HttpConnectionManager.Builder out, Topology topology) {
    out.setUseRemoteAddress(Values.bool(true))
        .setXffNumTrustedHops(topology.trustedProxies())
        .setServerName(ISTIO_SERVER)
        .setForwardClientCertDetails(
            switch (topology.clientCertificate()) {
              case SANITIZE -> HttpConnectionManager.ForwardClientCertDetails.SANITIZE;
              case FORWARD_ONLY -> HttpConnectionManager.ForwardClientCertDetails.FORWARD_ONLY;
              case APPEND_FORWARD -> HttpConnectionManager.ForwardClientCertDetails.APPEND_FORWARD;
              case SANITIZE_SET -> HttpConnectionManager.ForwardClientCertDetails.SANITIZE_SET;
              case ALWAYS_FORWARD_ONLY ->
                  HttpConnectionManager.ForwardClientCertDetails.ALWAYS_FORWARD_ONLY;
            })
        .setSetCurrentClientCertDetails(
            HttpConnectionManager.SetCurrentClientCertDetails.newBuilder()
                .setSubject(Values.bool(true))
                .setCert(true)
                .setUri(true)
                .setDns(true));
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
