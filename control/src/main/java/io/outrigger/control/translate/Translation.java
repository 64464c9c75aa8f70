package io.outrigger.control.translate;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Everything that one proxy is to be sent, by name.
 *
 * @param problems what it should be sent and can't, and why: one sentence each
 */
public record Translation(
    long generation,
    SortedMap<String, Built> clusters,
    SortedMap<String, Built> endpoints,
    SortedMap<String, Built> listeners,
    SortedMap<String, Built> routes,
    SortedMap<String, Built> secrets,
    List<String> problems) {
  public static final String CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
  public static final String ENDPOINTS =
      "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
  public static final String LISTENER = "type.googleapis.com/envoy.config.listener.v3.Listener";
  public static final String ROUTES =
      "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";

  public static final String SECRET =
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

  /** The resources of a type URL; none for a type that isn't translated. */
  public Map<String, Built> ofType(String typeUrl) {
    return switch (typeUrl) {
      case CLUSTER -> clusters;
      case ENDPOINTS -> endpoints;
      case LISTENER -> listeners;
      case ROUTES -> routes;
      case SECRET -> secrets;
      default -> Map.of();
    };
  }
}
