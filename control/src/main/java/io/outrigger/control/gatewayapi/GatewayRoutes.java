package io.outrigger.control.gatewayapi;

import io.outrigger.control.gatewayapi.GatewaySpec.Listener;
import io.outrigger.control.gatewayapi.GatewaySpec.RouteKind;
import io.outrigger.control.gatewayapi.ListenerState.Attached;
import io.outrigger.control.istio.HttpMatch;
import io.outrigger.control.istio.HttpRoute;
import io.outrigger.control.istio.VirtualService;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import io.outrigger.control.world.Hosts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Routes whose parent is a Gateway: to which of its listeners they attach, and their rules. */
final class GatewayRoutes {
  private final References references;
  private final RouteRules rules;

  GatewayRoutes(References references, RouteRules rules) {
    this.references = references;
    this.rules = rules;
  }

  /** Attaches a route to what listeners it may; gives whether there is one. */
  Condition attach(
      Resource route, RouteSpec spec, ObjectRef parent, List<ListenerState> listeners) {
    List<ListenerState> named = new ArrayList<>();
    for (ListenerState one : listeners) {
      boolean section =
          parent.sectionName() == null || parent.sectionName().equals(one.listener.name());
      boolean port = parent.port() == null || parent.port() == one.listener.port();
      if (section && port) {
        named.add(one);
      }
    }
    if (named.isEmpty()) {
      return Condition.no(
          Condition.ACCEPTED,
          "NoMatchingParent",
          parent.words(route.namespace()) + " has no such listener");
    }
    List<ListenerState> allowed = named.stream().filter(one -> allows(one, route)).toList();
    if (allowed.isEmpty()) {
      return Condition.no(
          Condition.ACCEPTED,
          "NotAllowedByListeners",
          "no listener allows routes of this kind from namespace " + route.namespace());
    }
    boolean any = false;
    for (ListenerState one : allowed) {
      List<String> hosts = common(one.hostname(), spec.hostnames());
      if (!hosts.isEmpty()) {
        one.attach(route, hosts);
        any = true;
      }
    }
    return any
        ? Condition.yes(Condition.ACCEPTED, "Accepted")
        : Condition.no(
            Condition.ACCEPTED,
            "NoMatchingListenerHostname",
            "no listener has one of the host names " + spec.hostnames());
  }

  private boolean allows(ListenerState state, Resource route) {
    Listener listener = state.listener;
    Kind kind = route.id().kind();
    if (!state.kinds.contains(new RouteKind(kind.group(), kind.kindName()))) {
      return false;
    }
    return switch (listener.from()) {
      case All -> true;
      case Same -> route.namespace().equals(state.gateway.namespace());
      case Selector -> listener.selector().holds(references.labels(route.namespace()));
    };
  }

  /** The host names that a listener and a route have in common. */
  private static List<String> common(String listener, List<String> hostnames) {
    if (hostnames.isEmpty()) {
      return List.of(listener);
    }
    Set<String> out = new LinkedHashSet<>();
    for (String hostname : hostnames) {
      if (Hosts.covers(listener, hostname)) {
        out.add(hostname);
      } else if (Hosts.covers(hostname, listener)) {
        out.add(listener);
      }
    }
    return List.copyOf(out);
  }

  /**
   * What a listener's proxies heed: for each host name its rules in order. A request belongs to the
   * listener of its port with the closest host name, and to no other.
   *
   * @param others the listeners of the same gateway
   */
  List<Resource> virtualServices(
      ListenerState state, String gatewayName, List<ListenerState> others) {
    Set<String> hosts = new LinkedHashSet<>();
    if (!state.hostname().equals("*")) {
      hosts.add(state.hostname());
    }
    state.attached().forEach(attached -> hosts.addAll(attached.hosts()));
    List<Resource> out = new ArrayList<>();
    for (String host : hosts) {
      if (others.stream().noneMatch(other -> takes(other, state, host))) {
        out.add(
            new Resource(
                new ResourceId(
                    Kind.VIRTUAL_SERVICE, state.gateway.namespace(), gatewayName + "~" + host),
                Map.of(),
                Map.of(),
                state.gateway.created(),
                state.gateway.place(),
                new VirtualService(
                    List.of(host),
                    List.of(state.gateway.namespace() + "/" + gatewayName),
                    rules(state, host),
                    List.of(),
                    List.of(),
                    List.of("."))));
      }
    }
    return out;
  }

  private static boolean takes(ListenerState other, ListenerState than, String host) {
    return other != than
        && other.servable()
        && other.listener.port() == than.listener.port()
        && !other.hostname().equals(than.hostname())
        && Hosts.covers(other.hostname(), host)
        && Hosts.closer(other.hostname(), than.hostname());
  }

  private List<HttpRoute> rules(ListenerState state, String host) {
    List<RankedMatch> ranked = new ArrayList<>();
    for (Attached attached : state.attached()) {
      attached.hosts().stream()
          .filter(of -> Hosts.covers(of, host))
          .reduce((a, b) -> Hosts.closer(a, b) ? a : b)
          .ifPresent(of -> ranked.addAll(matches(attached.route(), of)));
    }
    ranked.sort(RankedMatch.ORDER);
    String scheme = state.listener.protocol().equals("HTTPS") ? "https" : "http";
    List<HttpRoute> out = new ArrayList<>();
    for (RankedMatch one : ranked) {
      out.add(rules.of(one, one.match(), state.listener.port(), scheme));
    }
    return out.isEmpty() ? List.of(RouteRules.notFound()) : List.copyOf(out);
  }

  private static List<RankedMatch> matches(Resource route, String hostname) {
    List<RankedMatch> out = new ArrayList<>();
    List<RouteSpec.Rule> all = ((RouteSpec) route.spec()).rules();
    for (int i = 0; i < all.size(); i++) {
      for (HttpMatch match : all.get(i).matches()) {
        out.add(new RankedMatch(route, hostname, all.get(i), i, match));
      }
    }
    return out;
  }
}
