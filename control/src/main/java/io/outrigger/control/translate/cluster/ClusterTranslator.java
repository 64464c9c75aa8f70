package io.outrigger.control.translate.cluster;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.outrigger.control.istio.TrafficPolicy;
import io.outrigger.control.istio.TrafficPolicy.ConnectionPool;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.endpoint.EndpointsTranslator;
import io.outrigger.control.translate.model.ClusterModel;
import io.outrigger.control.translate.model.EndpointsModel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Makes a cluster. */
public final class ClusterTranslator {
  private ClusterTranslator() {}

  public static Cluster translate(ClusterModel model) {
    return switch (model) {
      case ClusterModel.Outbound outbound -> outbound(outbound);
      case ClusterModel.Inbound inbound -> inbound(inbound);
      case ClusterModel.Passthrough passthrough -> passthrough(passthrough);
      case ClusterModel.BlackHole hole ->
          begin(hole.name(), hole.connectTimeout()).setType(Cluster.DiscoveryType.STATIC).build();
    };
  }

  private static Cluster.Builder begin(String name, Duration connectTimeout) {
    return Cluster.newBuilder().setName(name).setConnectTimeout(Values.duration(connectTimeout));
  }

  private static Cluster outbound(ClusterModel.Outbound model) {
    TrafficPolicy policy = model.policy();
    ConnectionPool pool = policy.connectionPool();
    Duration timeout =
        pool != null && pool.connectTimeout() != null
            ? pool.connectTimeout()
            : model.connectTimeout();
    Cluster.Builder out = begin(model.name(), timeout);
    discovery(out, model);
    service(out, model.service());
    LoadBalancing.apply(out, policy.loadBalancer());
    Outliers.apply(out, policy.outlierDetection());
    PoolLimits.apply(out, pool);
    HttpOptions.apply(out, model);
    UpstreamTls.apply(out, model);
    return out.build();
  }

  private static void discovery(Cluster.Builder out, ClusterModel.Outbound model) {
    switch (model.discovery()) {
      case EDS ->
          out.setType(Cluster.DiscoveryType.EDS)
              .setEdsClusterConfig(
                  Cluster.EdsClusterConfig.newBuilder()
                      .setServiceName(model.name())
                      .setEdsConfig(ads()));
      case STRICT_DNS -> dns(out, model).setType(Cluster.DiscoveryType.STRICT_DNS);
      case LOGICAL_DNS -> dns(out, model).setType(Cluster.DiscoveryType.LOGICAL_DNS);
      case ORIGINAL_DST ->
          out.setType(Cluster.DiscoveryType.ORIGINAL_DST)
              .setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED);
    }
  }

  // the fields' successor is a cluster extension, which fewer proxies know
  @SuppressWarnings("deprecation")
  private static Cluster.Builder dns(Cluster.Builder out, ClusterModel.Outbound model) {
    return out.setDnsLookupFamily(Cluster.DnsLookupFamily.V4_PREFERRED)
        .setRespectDnsTtl(true)
        .setDnsRefreshRate(Values.duration(Duration.ofSeconds(60)))
        .setLoadAssignment(
            EndpointsTranslator.translate(
                new EndpointsModel(model.name(), EndpointsModel.Group.byLocality(model.inline()))));
  }

  /** The source of everything that comes on the same stream. */
  static ConfigSource ads() {
    return ConfigSource.newBuilder()
        .setAds(AggregatedConfigSource.getDefaultInstance())
        .setResourceApiVersion(ApiVersion.V3)
        .setInitialFetchTimeout(Values.duration(Duration.ZERO))
        .build();
  }

  private static Cluster inbound(ClusterModel.Inbound model) {
    Cluster.Builder out = begin(model.name(), model.connectTimeout());
    if (model.address() == null) {
      out.setType(Cluster.DiscoveryType.ORIGINAL_DST)
          .setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED);
    } else {
      out.setType(Cluster.DiscoveryType.STATIC)
          .setLoadAssignment(single(model.name(), model.address(), model.port()));
    }
    service(out, model.service());
    bind(out, model.bind());
    PoolLimits.apply(out, null);
    HttpOptions.inbound(out, model.protocol());
    return out.build();
  }

  private static ClusterLoadAssignment single(String name, String address, int port) {
    return ClusterLoadAssignment.newBuilder()
        .setClusterName(name)
        .addEndpoints(
            LocalityLbEndpoints.newBuilder()
                .addLbEndpoints(
                    LbEndpoint.newBuilder()
                        .setEndpoint(
                            io.envoyproxy.envoy.config.endpoint.v3.Endpoint.newBuilder()
                                .setAddress(Values.address(address, port)))))
        .build();
  }

  private static Cluster passthrough(ClusterModel.Passthrough model) {
    Cluster.Builder out =
        begin(model.name(), model.connectTimeout())
            .setType(Cluster.DiscoveryType.ORIGINAL_DST)
            .setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED);
    bind(out, model.bind());
    PoolLimits.apply(out, null);
    HttpOptions.downstreamProtocol(out);
    return out.build();
  }

  /** What Istio's metrics and metadata exchange read of a cluster. */
  private static void service(Cluster.Builder out, ClusterModel.ServiceRef service) {
    Struct named =
        Struct.newBuilder()
            .putFields("host", text(service.hostname()))
            .putFields("name", text(service.name()))
            .putFields("namespace", text(service.namespace()))
            .build();
    Struct.Builder istio =
        Struct.newBuilder()
            .putFields(
                "services",
                Value.newBuilder()
                    .setListValue(
                        ListValue.newBuilder().addValues(Value.newBuilder().setStructValue(named)))
                    .build());
    if (service.external()) {
      istio.putFields("external", Value.newBuilder().setBoolValue(true).build());
    }
    out.setMetadata(Metadata.newBuilder().putFilterMetadata("istio", istio.build()));
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private static void bind(Cluster.Builder out, @Nullable String address) {
    if (address != null) {
      out.setUpstreamBindConfig(
          BindConfig.newBuilder()
              .setSourceAddress(SocketAddress.newBuilder().setAddress(address).setPortValue(0)));
    }
  }
}
