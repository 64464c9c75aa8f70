package io.outrigger.control.translate.endpoint;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.EndpointsModel;
import io.outrigger.control.world.Endpoint;
import io.outrigger.control.world.Locality;
import java.util.Map;

/** Makes the load assignment of a cluster: endpoints by locality. */
public final class EndpointsTranslator {
  private EndpointsTranslator() {}

  public static ClusterLoadAssignment translate(EndpointsModel model) {
    ClusterLoadAssignment.Builder out =
        ClusterLoadAssignment.newBuilder().setClusterName(model.cluster());
    for (EndpointsModel.Group group : model.groups()) {
      LocalityLbEndpoints.Builder made = LocalityLbEndpoints.newBuilder();
      group.endpoints().forEach(endpoint -> made.addLbEndpoints(endpoint(endpoint)));
      Locality locality = group.locality();
      if (!locality.equals(Locality.NONE)) {
        made.setLocality(
            io.envoyproxy.envoy.config.core.v3.Locality.newBuilder()
                .setRegion(locality.region())
                .setZone(locality.zone())
                .setSubZone(locality.subZone()));
      }
      out.addEndpoints(
          made.setPriority(group.priority()).setLoadBalancingWeight(Values.number(group.weight())));
    }
    return out.build();
  }

  private static LbEndpoint endpoint(Endpoint endpoint) {
    Metadata.Builder metadata = Metadata.newBuilder();
    if (endpoint.sidecar()) {
      // what the cluster's transport_socket_matches look at
      metadata.putFilterMetadata(
          "envoy.transport_socket_match",
          Struct.newBuilder().putFields("tlsMode", text("istio")).build());
    }
    metadata.putFilterMetadata(
        "istio", Struct.newBuilder().putFields("workload", text(workload(endpoint))).build());
    LbEndpoint.Builder out =
        LbEndpoint.newBuilder()
            .setEndpoint(
                io.envoyproxy.envoy.config.endpoint.v3.Endpoint.newBuilder()
                    .setAddress(Values.address(endpoint.address(), endpoint.port())))
            .setLoadBalancingWeight(Values.number(endpoint.weight()))
            .setMetadata(metadata);
    if (endpoint.health() == Endpoint.Health.DRAINING) {
      out.setHealthStatus(HealthStatus.DRAINING);
    }
    return out.build();
  }

  // workload;namespace;canonical name;canonical revision;cluster, as Istio's telemetry reads it
  private static String workload(Endpoint endpoint) {
    Map<String, String> labels = endpoint.labels();
    String name =
        labels.getOrDefault(
            "service.istio.io/canonical-name", labels.getOrDefault("app", endpoint.workload()));
    String revision =
        labels.getOrDefault(
            "service.istio.io/canonical-revision", labels.getOrDefault("version", "latest"));
    return endpoint.workload()
        + ";"
        + endpoint.namespace()
        + ";"
        + name
        + ";"
        + revision
        + ";Kubernetes";
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }
}
