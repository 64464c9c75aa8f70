package io.outrigger.control.translate.gateway;

import io.outrigger.control.translate.model.RouteModel;
import io.outrigger.control.translate.model.RouteTableModel;
import io.outrigger.control.translate.model.RouteTableModel.VirtualHostModel;
import io.outrigger.control.translate.plan.Caller;
import io.outrigger.control.translate.plan.DestinationPlan;
import io.outrigger.control.translate.plan.RulePlan;
import io.outrigger.control.translate.plan.Scope;
import io.outrigger.control.world.Hosts;
import io.outrigger.control.world.VirtualServices;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plans the route table that some servers of a gateway's proxy share. */
final class GatewayRoutes {
  /** What becomes a virtual host. */
  private static final class Host {
    private final Set<RouteModel> routes = new LinkedHashSet<>();

    /** What the VirtualServices of these routes call it. */
    private @Nullable String written;

    boolean requireTls;

    /** Who names a host more closely has it alone; those who name it alike share it. */
    void add(String host, List<RouteModel> more) {
      if (written == null || Hosts.closer(host, written)) {
        written = host;
        routes.clear();
      }
      if (host.equals(written)) {
        routes.addAll(more);
      }
    }
  }

  private final World world;
  private final Scope scope;
  private final DestinationPlan destinations;
  private final Map<String, Host> hosts = new LinkedHashMap<>();

  private GatewayRoutes(World world, Scope scope) {
    this.world = world;
    this.scope = scope;
    this.destinations = new DestinationPlan(world, scope);
  }

  /** The table of that name. */
  static RouteTableModel table(World world, Scope scope, String name, List<BoundServer> servers) {
    GatewayRoutes plan = new GatewayRoutes(world, scope);
    servers.forEach(plan::server);
    List<VirtualHostModel> out = new ArrayList<>();
    plan.hosts.forEach(
        (domain, host) ->
            out.add(
                new VirtualHostModel(
                    domain + ":" + servers.getFirst().port(),
                    List.of(domain),
                    ordered(host.routes),
                    host.requireTls)));
    return new RouteTableModel(name, true, List.copyOf(out));
  }

  private void server(BoundServer bound) {
    boolean redirects = !bound.server().endsTls() && redirects(bound);
    RulePlan rules = new RulePlan(world, new Caller(scope, bound.gatewayName()), destinations);
    for (VirtualServices.Entry entry :
        world.virtualServices().of(bound.gatewayName(), scope.namespace())) {
      if (entry.spec().http().isEmpty()) {
        continue;
      }
      for (String host : entry.hosts()) {
        String served = bound.served(host, entry.namespace());
        if (served != null) {
          Host here = host(served);
          here.add(host, rules.routes(entry, bound.server().number()));
          here.requireTls |= redirects;
        }
      }
    }
    if (redirects) {
      bound.hosts().forEach(host -> host(host).requireTls = true);
    }
  }

  private static boolean redirects(BoundServer bound) {
    var tls = bound.server().tls();
    return tls != null && tls.httpsRedirect();
  }

  private Host host(String domain) {
    return hosts.computeIfAbsent(domain.toLowerCase(Locale.ROOT), d -> new Host());
  }

  // of several VirtualServices for a host, one's route for all must not hide another's for some
  private static List<RouteModel> ordered(Set<RouteModel> routes) {
    List<RouteModel> some = new ArrayList<>();
    List<RouteModel> all = new ArrayList<>();
    for (RouteModel route : routes) {
      boolean takesAll = route instanceof RouteModel.Rule rule && rule.match().catchAll();
      (takesAll ? all : some).add(route);
    }
    some.addAll(all);
    return List.copyOf(some);
  }
}
