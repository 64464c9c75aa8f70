package io.outrigger.xds;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;

/** Small resources whose content differs by a number. */
final class Fixtures {
  static final Node NODE = Node.newBuilder().setId("sidecar~127.0.0.1~a.b~b.svc").build();

  private Fixtures() {}

  static VersionedResource cluster(String name, int content) {
    return VersionedResource.of(
        ResourceType.CDS,
        name,
        Cluster.newBuilder().setName(name).setAltStatName("v" + content).build());
  }

  static VersionedResource endpoints(String name, int content) {
    ClusterLoadAssignment.Builder assignment =
        ClusterLoadAssignment.newBuilder().setClusterName(name);
    for (int i = 0; i < content; i++) {
      assignment.addEndpoints(LocalityLbEndpoints.newBuilder().setPriority(i));
    }
    return VersionedResource.of(ResourceType.EDS, name, assignment.build());
  }

  static VersionedResource listener(String name, int content) {
    return VersionedResource.of(
        ResourceType.LDS,
        name,
        Listener.newBuilder().setName(name).setStatPrefix("v" + content).build());
  }

  static VersionedResource routes(String name, int content) {
    RouteConfiguration.Builder routes = RouteConfiguration.newBuilder().setName(name);
    for (int i = 0; i < content; i++) {
      routes.addVirtualHosts(VirtualHost.newBuilder().setName("vh" + i));
    }
    return VersionedResource.of(ResourceType.RDS, name, routes.build());
  }

  static VersionedResource resource(ResourceType type, String name, int content) {
    return switch (type) {
      case CDS -> cluster(name, content);
      case EDS -> endpoints(name, content);
      case LDS -> listener(name, content);
      case RDS -> routes(name, content);
      case SRDS, VHDS, SDS, ECDS, RTDS ->
          throw new IllegalArgumentException("no fixture for " + type);
    };
  }
}
