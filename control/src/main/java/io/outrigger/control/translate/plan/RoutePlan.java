package io.outrigger.control.translate.plan;

import io.outrigger.control.istio.MeshConfig.OutboundTrafficPolicy;
import io.outrigger.control.istio.TrafficPolicy.ConsistentHash;
import io.outrigger.control.translate.model.RouteModel;
import io.outrigger.control.translate.model.RouteTableModel;
import io.outrigger.control.translate.model.RouteTableModel.VirtualHostModel;
import io.outrigger.control.world.Hosts;
import io.outrigger.control.world.Service;
import io.outrigger.control.world.ServicePort;
import io.outrigger.control.world.VirtualServices;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Plans the route tables of a scope's outbound HTTP listeners. */
public final class RoutePlan {
  /** The table of the forward proxy port. */
  public static final String HTTP_PROXY = "http_proxy";

  private static final int HTTP_PORT = 80;

  private final World world;
  private final Scope scope;
  private final DestinationPlan destinations;
  private final RulePlan rules;
  private final List<Service> services;
  private final VirtualServices.Visible virtualServices;

  public RoutePlan(World world, Scope scope) {
    this.world = world;
    this.scope = scope;
    this.destinations = new DestinationPlan(world, scope);
    this.rules = new RulePlan(world, Caller.sidecar(scope), destinations);
    this.services = world.servicesVisibleTo(scope.namespace());
    this.virtualServices = world.virtualServices().visibleTo(scope.namespace());
  }

  /** All tables that don't depend on a single proxy's ports. */
  public List<RouteTableModel> tables() {
    if (!scope.captured()) {
      return List.of(httpProxy());
    }
    List<RouteTableModel> out = new ArrayList<>();
    Set<Integer> ports = new TreeSet<>();
    for (Service service : services) {
      for (ServicePort port : service.ports()) {
        if (port.protocol().http() || (port.protocol().sniffed() && !hasAddress(service))) {
          ports.add(port.number());
        } else if (port.protocol().sniffed()) {
          out.add(ofService(service, port));
        }
      }
    }
    if (!unknownHosts().isEmpty()) {
      ports.add(HTTP_PORT);
    }
    ports.forEach(port -> out.add(ofPort(port)));
    return out;
  }

  /** Whether callers can reach a service by an address of its own. */
  static boolean hasAddress(Service service) {
    return service.addresses().stream().anyMatch(address -> address.indexOf('/') < 0);
  }

  /** The name of the table for a sniffed port of a service. */
  static String tableOf(Service service, ServicePort port) {
    return service.hostname() + ":" + port.number();
  }

  private RouteTableModel ofPort(int number) {
    List<VirtualHostModel> hosts = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (Service service : services) {
      ServicePort port = service.port(number);
      if (port != null
          && (port.protocol().http() || (port.protocol().sniffed() && !hasAddress(service)))) {
        add(
            hosts,
            taken,
            service.hostname() + ":" + number,
            Domains.of(service, scope),
            service,
            number);
      }
    }
    if (number == HTTP_PORT) {
      for (String host : unknownHosts()) {
        add(hosts, taken, host + ":" + number, List.of(host), null, number);
      }
    }
    hosts.add(fallback());
    return new RouteTableModel(Integer.toString(number), true, List.copyOf(hosts));
  }

  private RouteTableModel ofService(Service service, ServicePort port) {
    List<VirtualHostModel> hosts = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    String name = tableOf(service, port);
    add(hosts, taken, name, List.of("*"), service, port.number());
    return new RouteTableModel(name, true, List.copyOf(hosts));
  }

  private RouteTableModel httpProxy() {
    List<VirtualHostModel> hosts = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (Service service : services) {
      int plain = plainPort(service);
      for (ServicePort port : service.ports()) {
        if (port.protocol().http() || port.protocol().sniffed()) {
          List<String> names = Domains.of(service, scope);
          List<String> domains = new ArrayList<>();
          if (port.number() == plain) {
            domains.addAll(names);
          }
          names.forEach(name -> domains.add(name + ":" + port.number()));
          add(
              hosts,
              taken,
              service.hostname() + ":" + port.number(),
              domains,
              service,
              port.number());
        }
      }
    }
    for (String host : unknownHosts()) {
      add(hosts, taken, host + ":80", List.of(host, host + ":80"), null, HTTP_PORT);
    }
    // the caller's own destination is this proxy: there is nowhere to pass unknown hosts on to
    hosts.add(new VirtualHostModel("block_all", List.of("*"), List.of(new RouteModel.Refuse(502))));
    return new RouteTableModel(HTTP_PROXY, false, List.copyOf(hosts));
  }

  /** The port that a name without one means: 80, else the first that speaks HTTP. */
  private static int plainPort(Service service) {
    int first = 0;
    for (ServicePort port : service.ports()) {
      if (port.protocol().http() || port.protocol().sniffed()) {
        if (port.number() == HTTP_PORT) {
          return HTTP_PORT;
        }
        first = first == 0 ? port.number() : first;
      }
    }
    return first;
  }

  /** The table of a loopback port that stands for one service's port. */
  public RouteTableModel loopback(String name, Service service, ServicePort port) {
    return new RouteTableModel(
        name,
        true,
        List.of(
            new VirtualHostModel(
                service.hostname() + ":" + port.number(),
                List.of("*"),
                routes(service.hostname(), service, port.number()))));
  }

  private void add(
      List<VirtualHostModel> hosts,
      Set<String> taken,
      String name,
      List<String> domains,
      @Nullable Service service,
      int port) {
    // Envoy refuses a table with the same domain twice, in whatever case
    List<String> free =
        domains.stream().filter(d -> taken.add(d.toLowerCase(Locale.ROOT))).toList();
    if (!free.isEmpty()) {
      String host = service == null ? domains.getFirst() : service.hostname();
      hosts.add(new VirtualHostModel(name, free, routes(host, service, port)));
    }
  }

  private VirtualHostModel fallback() {
    boolean any = world.mesh().outboundTrafficPolicy() == OutboundTrafficPolicy.ALLOW_ANY;
    return any
        ? new VirtualHostModel(
            "allow_any",
            List.of("*"),
            List.of(new RouteModel.Passthrough(ClusterNames.PASSTHROUGH)))
        : new VirtualHostModel("block_all", List.of("*"), List.of(new RouteModel.Refuse(502)));
  }

  // hosts that a VirtualService routes though no service has them are served on port 80
  private Set<String> unknownHosts() {
    Set<String> out = new TreeSet<>();
    Set<String> known = new HashSet<>();
    services.forEach(service -> known.add(service.hostname()));
    for (VirtualServices.Entry entry : virtualServices.all()) {
      if (entry.spec().http().isEmpty()) {
        continue;
      }
      for (String host : entry.hosts()) {
        if (!known.contains(host)
            && !(host.startsWith("*") && known.stream().anyMatch(k -> Hosts.covers(host, k)))) {
          out.add(host);
        }
      }
    }
    return out;
  }

  private List<RouteModel> routes(String host, @Nullable Service service, int port) {
    VirtualServices.Entry attached = world.serviceRoutes().find(host, port, scope.namespace());
    if (attached != null) {
      return rules.routes(attached, port);
    }
    VirtualServices.Entry entry = virtualServices.find(host);
    if (entry != null && !entry.spec().http().isEmpty()) {
      return rules.routes(entry, port);
    }
    if (service == null) {
      return List.of();
    }
    ConsistentHash.Key hash = destinations.hash(host, null, port);
    return List.of(
        new RouteModel.Default(
            ClusterNames.outbound(port, null, host),
            hash == null ? List.of() : List.of(hash),
            world.mesh().defaultHttpRetryPolicy()));
  }
}
