package io.outrigger.control.translate.plan;

import io.outrigger.control.istio.HttpMatch;
import io.outrigger.control.istio.HttpRoute;
import io.outrigger.control.translate.model.RouteModel;
import io.outrigger.control.world.VirtualServices;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Plans the routes that a VirtualService's http rules give. */
public final class RulePlan {
  private final World world;
  private final Caller caller;
  private final DestinationPlan destinations;

  public RulePlan(World world, Caller caller, DestinationPlan destinations) {
    this.world = world;
    this.caller = caller;
    this.destinations = destinations;
  }

  /** The routes for requests to a port; those after one that takes every request are left out. */
  public List<RouteModel> routes(VirtualServices.Entry entry, int port) {
    List<RouteModel> out = new ArrayList<>();
    for (HttpRoute rule : entry.spec().http()) {
      List<HttpMatch> matches = rule.match().isEmpty() ? List.of(HttpMatch.ALL) : rule.match();
      for (HttpMatch match : matches) {
        if (caller.heeds(match, entry.namespace(), port)) {
          out.add(rule(entry, rule, match, port));
          // what remains of the match is up to the request: if nothing does, no later rule counts
          if (withoutCaller(match).catchAll()) {
            return List.copyOf(out);
          }
        }
      }
    }
    return List.copyOf(out);
  }

  private static HttpMatch withoutCaller(HttpMatch match) {
    return new HttpMatch(
        match.name(),
        match.uri(),
        match.ignoreUriCase(),
        match.scheme(),
        match.method(),
        match.authority(),
        match.headers(),
        match.withoutHeaders(),
        match.queryParams(),
        null,
        Map.of(),
        null,
        List.of(),
        match.statPrefix());
  }

  private RouteModel rule(VirtualServices.Entry entry, HttpRoute rule, HttpMatch match, int port) {
    String namespace = entry.namespace();
    String name = rule.name() == null || rule.name().isEmpty() ? "default" : rule.name();
    if (match.name() != null && !match.name().isEmpty()) {
      name = name + "." + match.name();
    }
    return new RouteModel.Rule(
        name,
        withoutCaller(match),
        rule,
        destinations.clusters(rule.route(), namespace, port),
        rule.mirrors().stream()
            .map(mirror -> destinations.cluster(mirror.destination(), namespace, port))
            .toList(),
        destinations.hashes(rule.route(), namespace, port),
        world.mesh().defaultHttpRetryPolicy(),
        rule.source() != null
            ? rule.source()
            : "/apis/networking.istio.io/v1/namespaces/"
                + namespace
                + "/virtual-service/"
                + entry.resource().name());
  }
}
