package io.outrigger.control.translate.gateway;

import io.outrigger.control.istio.L4Route;
import io.outrigger.control.istio.L4Route.L4Match;
import io.outrigger.control.translate.model.ListenerModel.Action;
import io.outrigger.control.translate.model.ListenerModel.Chain;
import io.outrigger.control.translate.model.ListenerModel.Match;
import io.outrigger.control.translate.model.RouteModel;
import io.outrigger.control.translate.plan.Caller;
import io.outrigger.control.translate.plan.DestinationPlan;
import io.outrigger.control.translate.plan.Scope;
import io.outrigger.control.world.VirtualServices;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Plans the chains of connections that a gateway hands on without reading requests. */
final class L4Chains {
  private final World world;
  private final Scope scope;
  private final DestinationPlan destinations;

  L4Chains(World world, Scope scope) {
    this.world = world;
    this.scope = scope;
    this.destinations = new DestinationPlan(world, scope);
  }

  /**
   * By the tcp rules of the VirtualServices, in their order, to one that takes every connection.
   */
  List<Chain> plain(BoundServer bound) {
    List<Chain> out = new ArrayList<>();
    for (VirtualServices.Entry entry : bound(bound)) {
      for (L4Route rule : entry.spec().tcp()) {
        if (rule.match().isEmpty()) {
          out.add(chain(bound, entry, rule, Match.ANY));
          return out;
        }
        for (L4Match match : heeded(bound, entry, rule)) {
          Match how = new Match(0, match.destinationSubnets(), List.of(), "", List.of());
          out.add(chain(bound, entry, rule, how));
          if (how.equals(Match.ANY)) {
            return out;
          }
        }
      }
    }
    return out;
  }

  /** By the names that clients ask for in TLS, as the tls rules have them. */
  List<Chain> passedThrough(BoundServer bound) {
    List<Chain> out = new ArrayList<>();
    for (VirtualServices.Entry entry : bound(bound)) {
      for (L4Route rule : entry.spec().tls()) {
        for (L4Match match : heeded(bound, entry, rule)) {
          List<String> names = new ArrayList<>();
          for (String name : match.sniHosts()) {
            String served = bound.served(name.toLowerCase(Locale.ROOT), entry.namespace());
            if (served != null) {
              names.add(served);
            }
          }
          if (!names.isEmpty()) {
            List<String> asked = names.contains("*") ? List.of() : List.copyOf(names);
            Match how = new Match(0, match.destinationSubnets(), asked, "tls", List.of());
            out.add(chain(bound, entry, rule, how));
          }
        }
      }
    }
    return out;
  }

  private List<VirtualServices.Entry> bound(BoundServer bound) {
    return world.virtualServices().of(bound.gatewayName(), scope.namespace()).stream()
        .filter(e -> e.hosts().stream().anyMatch(h -> bound.served(h, e.namespace()) != null))
        .toList();
  }

  private List<L4Match> heeded(BoundServer bound, VirtualServices.Entry entry, L4Route rule) {
    Caller caller = new Caller(scope, bound.gatewayName());
    int port = bound.server().number();
    return rule.match().stream()
        .filter(match -> caller.heeds(match, entry.namespace(), port))
        .toList();
  }

  private Chain chain(BoundServer bound, VirtualServices.Entry entry, L4Route rule, Match match) {
    List<RouteModel.WeightedCluster> clusters =
        destinations.clusters(rule.route(), entry.namespace(), bound.server().number());
    String name = clusters.getFirst().cluster();
    return new Chain(name, match, null, new Action.Tcp(name, clusters));
  }
}
