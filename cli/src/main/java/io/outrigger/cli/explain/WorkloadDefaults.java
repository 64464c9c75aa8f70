package io.outrigger.cli.explain;

import io.outrigger.config.cluster.ClusterCompiler;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.route.Route;
import io.outrigger.config.route.RouteConfigurationCompiler;
import io.outrigger.config.route.RouteTable;
import io.outrigger.config.route.VirtualHost;
import io.outrigger.control.translate.NodeType;
import io.outrigger.control.translate.SecretSource;
import io.outrigger.control.translate.cluster.ClusterTranslator;
import io.outrigger.control.translate.model.ClusterModel;
import io.outrigger.control.translate.model.RouteModel;
import io.outrigger.control.translate.model.RouteTableModel;
import io.outrigger.control.translate.plan.ClusterNames;
import io.outrigger.control.translate.plan.ClusterPlan;
import io.outrigger.control.translate.plan.RoutePlan;
import io.outrigger.control.translate.plan.Scope;
import io.outrigger.control.translate.route.RouteTableTranslator;
import io.outrigger.control.world.Locality;
import io.outrigger.control.world.MergedDestinationRule;
import io.outrigger.control.world.Service;
import io.outrigger.control.world.ServicePort;
import io.outrigger.control.world.VirtualServices;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What resilience a workload's calls have: the xDS that its sidecar would be sent, as the sidecar
 * would compile it, with the resource that each value comes from.
 */
final class WorkloadDefaults {
  private final World world;
  private final Scope scope;
  private final Sources sources;
  private final VirtualServices.Visible virtualServices;
  private final Map<String, ClusterModel> clusters = new java.util.LinkedHashMap<>();
  private final Map<String, RouteTableModel.VirtualHostModel> hosts = new java.util.HashMap<>();
  private final Map<String, VirtualHost> compiled = new java.util.HashMap<>();

  WorkloadDefaults(World world, String namespace, Map<String, String> labels) {
    this.world = world;
    // without capture there is one table for all: what it says of a host holds in any mode
    this.scope =
        new Scope(
            NodeType.SIDECAR,
            namespace,
            labels,
            false,
            Locality.NONE,
            new SecretSource.Ads(),
            true);
    this.sources = new Sources(world);
    this.virtualServices = world.virtualServices().visibleTo(namespace);
    for (ClusterModel model : ClusterPlan.of(world, scope).clusters()) {
      clusters.put(model.name(), model);
    }
    for (RouteTableModel table : new RoutePlan(world, scope).tables()) {
      RouteTable routes =
          RouteConfigurationCompiler.compile(RouteTableTranslator.translate(table)).value();
      table.virtualHosts().forEach(host -> hosts.put(host.name(), host));
      if (routes != null) {
        routes.virtualHosts().forEach(host -> compiled.put(host.name(), host));
      }
    }
  }

  /**
   * All services that the workload sees, or those of one host.
   *
   * @param host a service's name, short or in full; null: all
   */
  List<Section> sections(@Nullable String host) {
    List<Section> out = new ArrayList<>();
    for (Service service : world.servicesVisibleTo(scope.namespace())) {
      if (host != null && !service.hostname().equals(host) && !service.name().equals(host)) {
        continue;
      }
      for (ServicePort port : service.ports()) {
        routes(service, port, out);
        clusters(service, port, out);
      }
    }
    return out;
  }

  private void routes(Service service, ServicePort port, List<Section> out) {
    String name = service.hostname() + ":" + port.number();
    RouteTableModel.VirtualHostModel models = hosts.get(name);
    VirtualHost host = compiled.get(name);
    if (models == null || host == null) {
      return;
    }
    VirtualServices.Entry entry = virtualServices.find(service.hostname());
    String from = entry == null ? Setting.DEFAULT : Sources.of(entry.resource());
    for (int i = 0; i < host.routes().size(); i++) {
      Route route = host.routes().get(i);
      RouteModel model = models.routes().get(i);
      String which =
          host.routes().size() == 1 ? "" : ", rule " + (i + 1) + " of " + host.routes().size();
      Section section = new Section("Requests to " + name + which);
      RouteSettings.add(
          section,
          route,
          model,
          model instanceof RouteModel.Rule ? from : Setting.DEFAULT,
          sources.mesh());
      out.add(section);
    }
  }

  private void clusters(Service service, ServicePort port, List<Section> out) {
    MergedDestinationRule rule =
        world
            .destinationRules()
            .find(scope.namespace(), scope.labels(), service.namespace(), service.hostname());
    List<@Nullable String> subsets = new ArrayList<>();
    subsets.add(null);
    rule.subsets().forEach(subset -> subsets.add(subset.name()));
    for (String subset : subsets) {
      String name = ClusterNames.outbound(port.number(), subset, service.hostname());
      if (!(clusters.get(name) instanceof ClusterModel.Outbound model)) {
        continue;
      }
      ClusterConfig config = ClusterCompiler.compile(ClusterTranslator.translate(model)).value();
      if (config == null) {
        continue;
      }
      Section section =
          new Section(
              "Connections to "
                  + service.hostname()
                  + ":"
                  + port.number()
                  + (subset == null ? "" : ", subset " + subset));
      new ClusterSettings(
              section, config, model.policy(), sources, rule.sources(), subset, port.number())
          .add();
      out.add(section);
    }
  }
}
