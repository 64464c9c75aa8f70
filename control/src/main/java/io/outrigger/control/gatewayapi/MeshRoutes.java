package io.outrigger.control.gatewayapi;

import io.outrigger.control.istio.HttpMatch;
import io.outrigger.control.istio.HttpRoute;
import io.outrigger.control.istio.VirtualService;
import io.outrigger.control.kubernetes.KubernetesService;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Routes whose parent is a Service: they apply to its callers in the mesh. A route in the service's
 * own namespace is its producer's and for all callers; one of another namespace is for the callers
 * there, in place of the producer's.
 */
final class MeshRoutes {
  /** A service and the namespace of the routes. */
  private record Frontend(String host, boolean own, String namespace) {}

  private record Attached(RankedMatch match, int port) {}

  private final References references;
  private final RouteRules rules;
  private final Map<Frontend, List<Attached>> frontends = new LinkedHashMap<>();

  MeshRoutes(References references, RouteRules rules) {
    this.references = references;
    this.rules = rules;
  }

  /** Attaches a route to a Service; gives whether it may be. */
  Condition attach(Resource route, RouteSpec spec, ObjectRef parent) {
    String namespace = parent.namespace(route.namespace());
    KubernetesService service = references.service(namespace, parent.name());
    String words = parent.words(route.namespace());
    if (service == null) {
      return Condition.no(Condition.ACCEPTED, "NoMatchingParent", words + " isn't there");
    }
    Integer port = parent.port();
    if (port != null && service.ports().stream().noneMatch(p -> p.number() == port)) {
      return Condition.no(Condition.ACCEPTED, "NoMatchingParent", words + " has no port " + port);
    }
    Frontend frontend =
        new Frontend(
            references.host(namespace, parent.name()),
            namespace.equals(route.namespace()),
            route.namespace());
    List<Attached> attached = frontends.computeIfAbsent(frontend, f -> new ArrayList<>());
    for (int i = 0; i < spec.rules().size(); i++) {
      RouteSpec.Rule rule = spec.rules().get(i);
      for (HttpMatch match : rule.matches()) {
        RankedMatch ranked = new RankedMatch(route, "*", rule, i, match);
        for (KubernetesService.Port one : service.ports()) {
          if (port == null || port == one.number()) {
            attached.add(new Attached(ranked, one.number()));
          }
        }
      }
    }
    return Condition.yes(Condition.ACCEPTED, "Accepted");
  }

  /** What sidecars heed: for each service and namespace of routes, their rules in order. */
  List<Resource> virtualServices() {
    List<Resource> out = new ArrayList<>();
    frontends.forEach(
        (frontend, attached) -> {
          List<HttpRoute> http =
              attached.stream()
                  .sorted((a, b) -> RankedMatch.ORDER.compare(a.match, b.match))
                  .map(this::rule)
                  .toList();
          Resource first = attached.getFirst().match.route();
          out.add(
              new Resource(
                  new ResourceId(Kind.VIRTUAL_SERVICE, frontend.namespace, first.name()),
                  Map.of(),
                  Map.of(),
                  Instant.EPOCH,
                  first.place(),
                  new VirtualService(
                      List.of(frontend.host),
                      List.of(),
                      http,
                      List.of(),
                      List.of(),
                      frontend.own ? List.of() : List.of("."))));
        });
    return List.copyOf(out);
  }

  private HttpRoute rule(Attached attached) {
    HttpMatch match = attached.match.match().onPort(attached.port);
    return rules.of(attached.match, match, attached.port, "http");
  }
}
