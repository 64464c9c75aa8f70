package io.outrigger.control.gatewayapi;

import io.outrigger.control.gatewayapi.GatewaySpec.Listener;
import io.outrigger.control.gatewayapi.GatewaySpec.RouteKind;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A listener of a Gateway while routes attach to it: what is wrong with it, and which have. Of one
 * thread.
 */
final class ListenerState {
  /** A route with the host names that it has in common with the listener. */
  record Attached(Resource route, List<String> hosts) {}

  final Resource gateway;
  final Listener listener;
  final List<RouteKind> kinds;
  final Condition resolved;
  Condition accepted;
  Condition conflicted = Condition.no("Conflicted", "NoConflicts", "");
  private final boolean certified;
  private final List<Attached> attached = new ArrayList<>();
  private final Set<ResourceId> routes = new HashSet<>();

  /**
   * @param kinds of routes that may attach
   * @param certified whether it has what its protocol needs of certificates
   */
  ListenerState(
      Resource gateway,
      Listener listener,
      List<RouteKind> kinds,
      Condition accepted,
      Condition resolved,
      boolean certified) {
    this.gateway = gateway;
    this.listener = listener;
    this.kinds = kinds;
    this.accepted = accepted;
    this.resolved = resolved;
    this.certified = certified;
  }

  /** The host names that it is for; {@code *} for all. */
  String hostname() {
    return listener.hostname() == null ? "*" : listener.hostname();
  }

  /** Whether proxies can be made to serve it. */
  boolean servable() {
    return accepted.holds() && certified;
  }

  boolean http() {
    return listener.protocol().equals("HTTP") || listener.protocol().equals("HTTPS");
  }

  void attach(Resource route, List<String> hosts) {
    routes.add(route.id());
    attached.add(new Attached(route, hosts));
  }

  List<Attached> attached() {
    return attached;
  }

  Status.OfListener status() {
    return new Status.OfListener(
        listener.name(), kinds, routes.size(), servable(), List.of(accepted, resolved, conflicted));
  }
}
