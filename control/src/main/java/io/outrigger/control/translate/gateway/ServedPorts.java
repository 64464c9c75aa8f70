package io.outrigger.control.translate.gateway;

import io.outrigger.control.istio.Gateway;
import io.outrigger.control.istio.Gateway.Server;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.translate.ProxyNode;
import io.outrigger.control.translate.plan.WorkloadPort;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Brings the servers of all gateways of a proxy together, by the port that they share. */
final class ServedPorts {
  /** What a port can't have side by side. */
  enum Kind {
    HTTP,
    TLS,
    TCP;

    static Kind of(Server server) {
      return server.protocol().tls() ? TLS : server.protocol().http() ? HTTP : TCP;
    }
  }

  /** A socket. */
  private record Socket(String bind, int port) {}

  private final Map<Socket, List<BoundServer>> ports = new LinkedHashMap<>();
  private final List<String> problems;

  private ServedPorts(List<String> problems) {
    this.problems = problems;
  }

  /** The servers of each port, oldest gateway first; what doesn't fit beside others is told. */
  static List<List<BoundServer>> of(World world, ProxyNode node, List<String> problems) {
    ServedPorts out = new ServedPorts(problems);
    Map<Integer, Integer> targets = targets(world, node);
    for (Resource resource : world.gateways().of(node.namespace(), node.labels())) {
      Set<String> names = new HashSet<>();
      for (Server server : ((Gateway) resource.spec()).servers()) {
        int port = targets.getOrDefault(server.number(), server.number());
        BoundServer bound = new BoundServer(resource, server, port);
        if (names.add(server.number() + " " + server.portName())) {
          out.add(bound);
        }
      }
    }
    return List.copyOf(out.ports.values());
  }

  // a gateway's port is that of the service before its proxies, which may lead to another
  private static Map<Integer, Integer> targets(World world, ProxyNode node) {
    Map<Integer, Integer> out = new HashMap<>();
    for (WorkloadPort port : WorkloadPort.of(world, node)) {
      out.putIfAbsent(port.servicePort(), port.number());
    }
    return out;
  }

  private void add(BoundServer bound) {
    List<BoundServer> beside =
        ports.computeIfAbsent(new Socket(bound.bind(), bound.port()), s -> new ArrayList<>());
    Kind kind = Kind.of(bound.server());
    if (!beside.isEmpty() && Kind.of(beside.getFirst().server()) != kind) {
      problems.add(
          bound
              + " isn't served: the port is "
              + Kind.of(beside.getFirst().server())
              + " by "
              + beside.getFirst().gateway().id());
      return;
    }
    beside.add(bound);
  }
}
