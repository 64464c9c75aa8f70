package io.outrigger.control.translate.plan;

import io.outrigger.control.istio.L4Route;
import io.outrigger.control.translate.model.ListenerModel.Action;
import io.outrigger.control.translate.model.ListenerModel.Chain;
import io.outrigger.control.translate.model.ListenerModel.Match;
import io.outrigger.control.translate.model.RouteModel;
import io.outrigger.control.world.Service;
import io.outrigger.control.world.ServicePort;
import io.outrigger.control.world.VirtualServices;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.List;

/** Plans the chains of a service's port that isn't HTTP. */
final class L4Plan {
  private final Caller caller;
  private final DestinationPlan destinations;
  private final VirtualServices.Visible virtualServices;

  L4Plan(World world, Scope scope) {
    this.caller = Caller.sidecar(scope);
    this.destinations = new DestinationPlan(world, scope);
    this.virtualServices = world.virtualServices().visibleTo(scope.namespace());
  }

  /**
   * The chains in order, the last of which takes what the others don't.
   *
   * @param bySni whether the last one asks for the service's name in TLS too, as it must where
   *     several services share a listener
   */
  List<Chain> chains(Service service, ServicePort port, boolean bySni) {
    VirtualServices.Entry entry = virtualServices.find(service.hostname());
    List<Chain> out = new ArrayList<>();
    if (entry != null) {
      if (port.protocol().tls()) {
        rules(entry, entry.spec().tls(), service, port, out);
      }
      if (rules(entry, entry.spec().tcp(), service, port, out)) {
        return out;
      }
    }
    String cluster = ClusterNames.outbound(port.number(), null, service.hostname());
    Match match =
        bySni && port.protocol().tls()
            ? new Match(0, List.of(), List.of(service.hostname()), "tls", List.of())
            : Match.ANY;
    out.add(new Chain(cluster, match, null, tcp(cluster, List.of(one(cluster)))));
    return out;
  }

  private boolean rules(
      VirtualServices.Entry entry,
      List<L4Route> rules,
      Service service,
      ServicePort port,
      List<Chain> out) {
    for (L4Route rule : rules) {
      List<RouteModel.WeightedCluster> clusters =
          destinations.clusters(rule.route(), entry.namespace(), port.number());
      String name = ClusterNames.outbound(port.number(), null, service.hostname());
      List<L4Route.L4Match> matches = rule.match();
      if (matches.isEmpty()) {
        out.add(new Chain(name, Match.ANY, null, tcp(name, clusters)));
        return true;
      }
      for (L4Route.L4Match match : matches) {
        if (!caller.heeds(match, entry.namespace(), port.number())) {
          continue;
        }
        Match how =
            new Match(
                0,
                match.destinationSubnets(),
                match.sniHosts(),
                match.sniHosts().isEmpty() ? "" : "tls",
                List.of());
        out.add(new Chain(name, how, null, tcp(name, clusters)));
        if (how.equals(Match.ANY)) {
          return true;
        }
      }
    }
    return false;
  }

  static RouteModel.WeightedCluster one(String cluster) {
    return new RouteModel.WeightedCluster(cluster, 1);
  }

  static Action tcp(String statPrefix, List<RouteModel.WeightedCluster> clusters) {
    return new Action.Tcp(statPrefix, clusters);
  }
}
