package io.outrigger.xds;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A kind of xDS resource. The order of the constants is the order of pushes that makes before it
 * breaks: clusters and their endpoints before the listeners and routes that name them.
 */
public enum ResourceType {
  CDS("envoy.config.cluster.v3.Cluster"),
  EDS("envoy.config.endpoint.v3.ClusterLoadAssignment"),
  LDS("envoy.config.listener.v3.Listener"),
  SRDS("envoy.config.route.v3.ScopedRouteConfiguration"),
  RDS("envoy.config.route.v3.RouteConfiguration"),
  VHDS("envoy.config.route.v3.VirtualHost"),
  SDS("envoy.extensions.transport_sockets.tls.v3.Secret"),
  ECDS("envoy.config.core.v3.TypedExtensionConfig"),
  RTDS("envoy.service.runtime.v3.Runtime");

  private static final Map<String, ResourceType> BY_URL = new HashMap<>();

  static {
    for (ResourceType type : values()) {
      BY_URL.put(type.typeUrl, type);
    }
  }

  private final String messageName;
  private final String typeUrl;

  ResourceType(String messageName) {
    this.messageName = messageName;
    this.typeUrl = "type.googleapis.com/" + messageName;
  }

  /** The protobuf message's full name. */
  public String messageName() {
    return messageName;
  }

  /** What a discovery request's {@code type_url} says for this type. */
  public String typeUrl() {
    return typeUrl;
  }

  /** The path of the gRPC method that serves this type alone. */
  public String method(boolean delta) {
    String kind = delta ? "Delta" : "Stream";
    return switch (this) {
      case CDS -> "/envoy.service.cluster.v3.ClusterDiscoveryService/" + kind + "Clusters";
      case EDS -> "/envoy.service.endpoint.v3.EndpointDiscoveryService/" + kind + "Endpoints";
      case LDS -> "/envoy.service.listener.v3.ListenerDiscoveryService/" + kind + "Listeners";
      case SRDS -> "/envoy.service.route.v3.ScopedRoutesDiscoveryService/" + kind + "ScopedRoutes";
      case RDS -> "/envoy.service.route.v3.RouteDiscoveryService/" + kind + "Routes";
      case VHDS -> "/envoy.service.route.v3.VirtualHostDiscoveryService/" + kind + "VirtualHosts";
      case SDS -> "/envoy.service.secret.v3.SecretDiscoveryService/" + kind + "Secrets";
      case ECDS ->
          "/envoy.service.extension.v3.ExtensionConfigDiscoveryService/"
              + kind
              + "ExtensionConfigs";
      case RTDS -> "/envoy.service.runtime.v3.RuntimeDiscoveryService/" + kind + "Runtime";
    };
  }

  /**
   * Whether a state-of-the-world response of this type is the full set, so that what is missing
   * from it is removed. Other types' missing names say nothing.
   */
  public boolean fullSet() {
    return this == CDS || this == LDS || this == SRDS;
  }

  /** The type of this URL; null for a type that isn't spoken here. */
  public static @Nullable ResourceType ofTypeUrl(String typeUrl) {
    return BY_URL.get(typeUrl);
  }
}
