package io.outrigger.control.translate.plan;

import io.outrigger.control.istio.ServiceEntry;
import io.outrigger.control.kubernetes.KubernetesService;
import io.outrigger.control.resource.Protocol;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.translate.ProxyNode;
import io.outrigger.control.translate.model.ClusterModel.ServiceRef;
import io.outrigger.control.world.Endpoint;
import io.outrigger.control.world.Service;
import io.outrigger.control.world.ServicePort;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A port of the workload that a service leads to.
 *
 * @param number the workload's own port
 * @param servicePort the service's
 * @param service the first that leads there
 */
public record WorkloadPort(int number, int servicePort, Protocol protocol, ServiceRef service) {

  /** All ports of a captured workload, one a number. */
  public static List<WorkloadPort> of(World world, ProxyNode node) {
    Map<Integer, WorkloadPort> out = new TreeMap<>();
    for (Service service : world.services()) {
      if (!service.namespace().equals(node.namespace()) || service.meshExternal()) {
        continue;
      }
      for (ServicePort port : service.ports()) {
        if (port.protocol() == Protocol.UDP) {
          continue;
        }
        for (int number : numbers(world, node, service, port)) {
          out.putIfAbsent(
              number,
              new WorkloadPort(number, port.number(), port.protocol(), ServiceRef.of(service)));
        }
      }
    }
    return List.copyOf(out.values());
  }

  /**
   * The port of the application behind a bound inbound port, or null when no service leads there.
   */
  static @Nullable WorkloadPort behind(World world, ProxyNode node) {
    WorkloadPort first = null;
    for (Service service : world.services()) {
      if (!service.namespace().equals(node.namespace()) || service.meshExternal()) {
        continue;
      }
      boolean named = isNamed(service, node);
      for (ServicePort port : service.ports()) {
        if (port.protocol() == Protocol.UDP) {
          continue;
        }
        WorkloadPort found =
            new WorkloadPort(
                target(world, service, port),
                port.number(),
                port.protocol(),
                ServiceRef.of(service));
        for (Endpoint endpoint : world.endpoints(service, port)) {
          if (endpoint.port() == node.inboundPort()
              && node.addresses().contains(endpoint.address())) {
            return found;
          }
        }
        if (first == null && (named || selects(service, node))) {
          first = found;
        }
      }
    }
    return first;
  }

  private static List<Integer> numbers(
      World world, ProxyNode node, Service service, ServicePort port) {
    List<Integer> out = new ArrayList<>();
    for (Endpoint endpoint : world.endpoints(service, port)) {
      if (node.addresses().contains(endpoint.address()) && !endpoint.address().startsWith("127.")) {
        out.add(endpoint.port());
      }
    }
    if (out.isEmpty() && (isNamed(service, node) || selects(service, node))) {
      out.add(target(world, service, port));
    }
    return out;
  }

  private static boolean isNamed(Service service, ProxyNode node) {
    String name = node.service();
    return name != null && (service.hostname().equals(name) || service.name().equals(name));
  }

  private static boolean selects(Service service, ProxyNode node) {
    return !service.selector().isEmpty()
        && node.labels().entrySet().containsAll(service.selector().entrySet());
  }

  private static int target(World world, Service service, ServicePort port) {
    Resource resource = world.resources().get(service.id());
    Integer target = null;
    switch (resource == null ? null : resource.spec()) {
      case KubernetesService spec -> {
        for (KubernetesService.Port declared : spec.ports()) {
          if (declared.number() == port.number()) {
            target = declared.targetNumber();
          }
        }
      }
      case ServiceEntry spec -> {
        for (ServiceEntry.Port declared : spec.ports()) {
          if (declared.number() == port.number()) {
            target = declared.targetPort();
          }
        }
      }
      case null, default -> {}
    }
    return target == null ? port.number() : target;
  }
}
