package io.outrigger.control.gatewayapi;

import io.outrigger.control.gatewayapi.GatewaySpec.RouteKind;
import java.util.List;

/** What a resource of the Gateway API is told about itself. */
public sealed interface Status {
  /** The generation of the resource that was looked at. */
  long generation();

  /** Of a GatewayClass. */
  record OfClass(long generation, List<Condition> conditions) implements Status {}

  /**
   * Of a Gateway. Whether it is programmed is up to its proxies.
   *
   * @param served whether there is a listener that proxies can serve
   */
  record OfGateway(
      long generation, boolean served, List<Condition> conditions, List<OfListener> listeners)
      implements Status {}

  /**
   * Of a listener of a Gateway.
   *
   * @param servable whether proxies can serve it
   */
  record OfListener(
      String name,
      List<RouteKind> kinds,
      int attachedRoutes,
      boolean servable,
      List<Condition> conditions) {}

  /** Of an HTTPRoute or a GRPCRoute, by parent. */
  record OfRoute(long generation, List<Parent> parents) implements Status {}

  /** What a parent makes of a route. */
  record Parent(ObjectRef parent, List<Condition> conditions) {}
}
