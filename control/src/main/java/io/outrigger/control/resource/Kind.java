package io.outrigger.control.resource;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The kinds of resource that the control plane reads. */
public enum Kind {
  SERVICE("Service", ""),
  ENDPOINT_SLICE("EndpointSlice", "discovery.k8s.io"),
  POD("Pod", ""),
  SECRET("Secret", ""),
  GATEWAY("Gateway", "networking.istio.io"),
  VIRTUAL_SERVICE("VirtualService", "networking.istio.io"),
  DESTINATION_RULE("DestinationRule", "networking.istio.io"),
  SERVICE_ENTRY("ServiceEntry", "networking.istio.io"),
  WORKLOAD_ENTRY("WorkloadEntry", "networking.istio.io"),
  AUTHORIZATION_POLICY("AuthorizationPolicy", "security.istio.io"),
  PEER_AUTHENTICATION("PeerAuthentication", "security.istio.io"),
  REQUEST_AUTHENTICATION("RequestAuthentication", "security.istio.io"),
  RATE_LIMIT("RateLimit", "outrigger.io"),
  MESH_CONFIG("MeshConfig", "mesh.istio.io"),
  NAMESPACE("Namespace", ""),
  NODE("Node", ""),
  GATEWAY_CLASS("GatewayClass", "gateway.networking.k8s.io"),
  API_GATEWAY("Gateway", "gateway.networking.k8s.io"),
  HTTP_ROUTE("HTTPRoute", "gateway.networking.k8s.io"),
  GRPC_ROUTE("GRPCRoute", "gateway.networking.k8s.io"),
  REFERENCE_GRANT("ReferenceGrant", "gateway.networking.k8s.io");

  private static final Set<String> DEFINED =
      Set.of("networking.istio.io", "security.istio.io", "outrigger.io");

  private final String kindName;
  private final String group;

  Kind(String kindName, String group) {
    this.kindName = kindName;
    this.group = group;
  }

  /** The value of a document's {@code kind}. */
  public String kindName() {
    return kindName;
  }

  /** The API group, the part of {@code apiVersion} before the slash; empty for the core group. */
  public String group() {
    return group;
  }

  /** Whether its objects belong to the cluster, and to no namespace. */
  public boolean clusterScoped() {
    return this == NAMESPACE || this == NODE || this == GATEWAY_CLASS;
  }

  /** Whether it is Istio's or ours, and so the chart brings its definition. */
  public boolean needsDefinition() {
    return DEFINED.contains(group);
  }

  /** The kind of that name in that group, or null. */
  public static @Nullable Kind of(String group, String kindName) {
    for (Kind kind : values()) {
      if (kind.kindName.equals(kindName) && kind.group.equals(group)) {
        return kind;
      }
    }
    return null;
  }
}
