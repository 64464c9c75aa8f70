package io.outrigger.control.gatewayapi;

import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the resources of the Gateway API come to.
 *
 * @param meshRoutes rules for calls to services, as VirtualServices; they come before those that
 *     are one in truth
 * @param gateways listeners, as Gateways that proxies of their own namespace alone heed
 * @param gatewayRoutes rules for requests to them, as VirtualServices
 * @param deployed the Gateways that proxies are to serve
 * @param statuses what each resource is told about itself
 */
public record GatewayApi(
    List<Resource> meshRoutes,
    List<Resource> gateways,
    List<Resource> gatewayRoutes,
    List<Deployed> deployed,
    SortedMap<ResourceId, Status> statuses) {
  /** Whose GatewayClasses are ours, and who signs each status. */
  public static final String CONTROLLER = "outrigger.io/gateway-controller";

  /** What these resources come to; pure. */
  public static GatewayApi of(Map<Kind, List<Resource>> byKind, String domain) {
    References references = new References(byKind, domain);
    RouteRules rules = new RouteRules(references);
    MeshRoutes mesh = new MeshRoutes(references, rules);
    GatewayRoutes routes = new GatewayRoutes(references, rules);
    SortedMap<ResourceId, Status> statuses = new TreeMap<>();
    Map<String, GatewayClassSpec> classes = classes(byKind, statuses);

    Map<String, List<ListenerState>> listeners = new HashMap<>();
    List<Resource> gateways = new ArrayList<>();
    for (Resource gateway : byKind.getOrDefault(Kind.API_GATEWAY, List.of())) {
      if (classes.containsKey(((GatewaySpec) gateway.spec()).className())) {
        gateways.add(gateway);
        listeners.put(
            gateway.namespace() + "/" + gateway.name(), ListenerChecks.of(gateway, references));
      }
    }
    for (Kind kind : List.of(Kind.HTTP_ROUTE, Kind.GRPC_ROUTE)) {
      for (Resource route : byKind.getOrDefault(kind, List.of())) {
        statuses.put(route.id(), attach(route, references, mesh, routes, listeners));
      }
    }
    List<Resource> synthesized = new ArrayList<>();
    List<Resource> gatewayRoutes = new ArrayList<>();
    List<Deployed> deployed = new ArrayList<>();
    for (Resource gateway : gateways) {
      GatewayPlan plan =
          new GatewayPlan(
              gateway,
              listeners.getOrDefault(gateway.namespace() + "/" + gateway.name(), List.of()),
              routes);
      statuses.put(gateway.id(), plan.status());
      synthesized.addAll(plan.gateways());
      gatewayRoutes.addAll(plan.virtualServices());
      deployed.addAll(plan.deployed());
    }
    return new GatewayApi(
        mesh.virtualServices(),
        List.copyOf(synthesized),
        List.copyOf(gatewayRoutes),
        List.copyOf(deployed),
        Collections.unmodifiableSortedMap(statuses));
  }

  private static Map<String, GatewayClassSpec> classes(
      Map<Kind, List<Resource>> byKind, Map<ResourceId, Status> statuses) {
    Map<String, GatewayClassSpec> out = new HashMap<>();
    for (Resource resource : byKind.getOrDefault(Kind.GATEWAY_CLASS, List.of())) {
      GatewayClassSpec spec = (GatewayClassSpec) resource.spec();
      if (!spec.controllerName().equals(CONTROLLER)) {
        continue;
      }
      Condition accepted =
          spec.parametersRef() == null
              ? Condition.yes(Condition.ACCEPTED, "Accepted")
              : Condition.no(
                  Condition.ACCEPTED, "InvalidParameters", "parametersRef isn't supported");
      if (accepted.holds()) {
        out.put(resource.name(), spec);
      }
      statuses.put(resource.id(), new Status.OfClass(spec.generation(), List.of(accepted)));
    }
    return out;
  }

  private static Status attach(
      Resource route,
      References references,
      MeshRoutes mesh,
      GatewayRoutes gateways,
      Map<String, List<ListenerState>> listeners) {
    RouteSpec spec = (RouteSpec) route.spec();
    Condition resolved = resolved(references, route, spec);
    String unsupported = spec.unsupported();
    List<Status.Parent> parents = new ArrayList<>();
    for (ObjectRef parent : spec.parents()) {
      boolean service = parent.is("", "Service");
      List<ListenerState> of =
          parent.is(ObjectRef.GATEWAY_GROUP, "Gateway")
              ? listeners.get(parent.namespace(route.namespace()) + "/" + parent.name())
              : null;
      if (!service && of == null) {
        continue;
      }
      Condition accepted;
      if (unsupported != null) {
        accepted = Condition.no(Condition.ACCEPTED, "UnsupportedValue", unsupported);
      } else if (of == null) {
        accepted = mesh.attach(route, spec, parent);
      } else {
        accepted = gateways.attach(route, spec, parent, of);
      }
      parents.add(new Status.Parent(parent, List.of(accepted, resolved)));
    }
    return new Status.OfRoute(spec.generation(), List.copyOf(parents));
  }

  private static Condition resolved(References references, Resource route, RouteSpec spec) {
    for (RouteSpec.Rule rule : spec.rules()) {
      List<ObjectRef> to = new ArrayList<>();
      rule.backends().forEach(backend -> to.add(backend.to()));
      rule.filters().mirrors().forEach(mirror -> to.add(mirror.to()));
      for (ObjectRef backend : to) {
        References.Backend found = references.backend(route, backend);
        if (found.reason() != null) {
          return Condition.no(Condition.RESOLVED_REFS, found.reason(), found.message());
        }
      }
    }
    return Condition.yes(Condition.RESOLVED_REFS, "ResolvedRefs");
  }
}
