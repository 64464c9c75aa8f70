package io.outrigger.control.translate.plan;

import io.outrigger.control.istio.InterceptionMode;
import io.outrigger.control.istio.MeshConfig.OutboundTrafficPolicy;
import io.outrigger.control.resource.Protocol;
import io.outrigger.control.translate.ProxyNode;
import io.outrigger.control.translate.model.ListenerModel;
import io.outrigger.control.translate.model.ListenerModel.Action;
import io.outrigger.control.translate.model.ListenerModel.Chain;
import io.outrigger.control.translate.model.ListenerModel.Inspector;
import io.outrigger.control.translate.model.ListenerModel.Match;
import io.outrigger.control.world.Endpoint;
import io.outrigger.control.world.Service;
import io.outrigger.control.world.ServicePort;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Plans the listeners for captured outbound traffic: one a port for HTTP, one an address else. */
public final class OutboundPlan {
  static final int OUTBOUND_PORT = 15001;
  static final int INBOUND_PORT = 15006;
  private static final List<String> HTTP_PROTOCOLS = List.of("http/1.0", "http/1.1", "h2c");

  /** What shares a wildcard listener. */
  private static final class Shared {
    boolean http;
    final List<Chain> chains = new ArrayList<>();
    @Nullable Chain last;
  }

  private final World world;
  private final ListenerFrame frame;
  private final ProxyNode node;
  private final L4Plan l4;
  private final Map<Integer, Shared> shared = new TreeMap<>();
  private final Map<String, ListenerModel> own = new TreeMap<>();

  private OutboundPlan(World world, ProxyNode node) {
    this.world = world;
    this.node = node;
    this.frame = new ListenerFrame(world, node);
    this.l4 = new L4Plan(world, Scope.of(node));
  }

  public static List<ListenerModel> of(World world, ProxyNode node) {
    OutboundPlan plan = new OutboundPlan(world, node);
    for (Service service : world.servicesVisibleTo(node.namespace())) {
      for (ServicePort port : service.ports()) {
        boolean reserved = port.number() == OUTBOUND_PORT || port.number() == INBOUND_PORT;
        if (port.protocol() != Protocol.UDP && !reserved) {
          plan.port(service, port);
        }
      }
    }
    List<ListenerModel> out = new ArrayList<>(plan.own.values());
    plan.shared.forEach((port, what) -> out.add(plan.wildcard(port, what)));
    out.add(plan.virtualOutbound());
    return out;
  }

  private void port(Service service, ServicePort port) {
    if (port.protocol().http()) {
      at(port).http = true;
      return;
    }
    if (!RoutePlan.hasAddress(service)) {
      withoutAddress(service, port);
      return;
    }
    for (String address : service.addresses()) {
      if (address.indexOf('/') >= 0) {
        for (Chain chain : l4.chains(service, port, true)) {
          at(port).chains.add(narrowed(chain, List.of(address)));
        }
        continue;
      }
      String name = address + "_" + port.number();
      if (!own.containsKey(name)) {
        own.put(name, address(name, address, service, port));
      }
    }
  }

  private ListenerModel address(String name, String address, Service service, ServicePort port) {
    List<Chain> chains = new ArrayList<>(l4.chains(service, port, false));
    Set<Inspector> inspectors = EnumSet.noneOf(Inspector.class);
    if (port.protocol().sniffed()) {
      inspectors.add(Inspector.TLS);
      inspectors.add(Inspector.HTTP);
      chains.addFirst(
          new Chain(
              name,
              Match.transport(0, "raw_buffer", HTTP_PROTOCOLS),
              null,
              new Action.HttpByName("outbound_" + name, RoutePlan.tableOf(service, port))));
    } else if (chains.stream().anyMatch(chain -> !chain.match().serverNames().isEmpty())) {
      inspectors.add(Inspector.TLS);
    }
    return frame.listener(
        name,
        address,
        port.number(),
        false,
        ListenerModel.Direction.OUTBOUND,
        inspectors,
        chains,
        null);
  }

  private void withoutAddress(Service service, ServicePort port) {
    Shared listener = at(port);
    if (port.protocol().sniffed()) {
      listener.http = true;
    }
    List<String> hosts = new ArrayList<>();
    if (service.resolution() == Service.Resolution.PASSTHROUGH && service.kubernetes()) {
      for (Endpoint endpoint : world.endpoints(service, port)) {
        if (endpoint.port() == port.number()) {
          hosts.add(endpoint.address());
        }
      }
    }
    for (Chain chain : l4.chains(service, port, true)) {
      if (!hosts.isEmpty() && !port.protocol().tls()) {
        listener.chains.add(narrowed(chain, hosts));
      } else if (!chain.match().equals(Match.ANY)) {
        listener.chains.add(chain);
      } else if (listener.last == null && !port.protocol().sniffed()) {
        // of several services without address the first takes what no one else does
        listener.last = chain;
      }
    }
  }

  private static Chain narrowed(Chain chain, List<String> prefixes) {
    Match match = chain.match();
    return new Chain(
        chain.name(),
        new Match(
            match.destinationPort(),
            match.prefixRanges().isEmpty() ? prefixes : match.prefixRanges(),
            match.serverNames(),
            match.transportProtocol(),
            match.applicationProtocols()),
        chain.tls(),
        chain.action());
  }

  private ListenerModel wildcard(int port, Shared what) {
    String name = "0.0.0.0_" + port;
    List<Chain> chains = new ArrayList<>();
    Set<Inspector> inspectors = EnumSet.noneOf(Inspector.class);
    Chain last = what.last;
    boolean alone = what.chains.isEmpty() && last == null;
    if (what.http) {
      if (!alone) {
        inspectors.add(Inspector.TLS);
        inspectors.add(Inspector.HTTP);
      }
      chains.add(
          new Chain(
              name,
              alone ? Match.ANY : Match.transport(0, "raw_buffer", HTTP_PROTOCOLS),
              null,
              new Action.HttpByName("outbound_" + name, Integer.toString(port))));
    }
    for (Chain chain : what.chains) {
      chains.add(chain);
      if (!chain.match().serverNames().isEmpty()) {
        inspectors.add(Inspector.TLS);
      }
    }
    if (last == null && !(what.http && alone)) {
      last = passthrough("PassthroughFilterChain");
    }
    return frame.listener(
        name, "0.0.0.0", port, false, ListenerModel.Direction.OUTBOUND, inspectors, chains, last);
  }

  private ListenerModel virtualOutbound() {
    List<Chain> chains = new ArrayList<>();
    chains.add(
        new Chain(
            "virtualOutbound-blackhole",
            Match.transport(OUTBOUND_PORT, "", List.of()),
            null,
            L4Plan.tcp(ClusterNames.BLACK_HOLE, List.of(L4Plan.one(ClusterNames.BLACK_HOLE)))));
    chains.add(passthrough("virtualOutbound-catchall-tcp"));
    return frame
        .listener(
            "virtualOutbound",
            "0.0.0.0",
            OUTBOUND_PORT,
            true,
            ListenerModel.Direction.OUTBOUND,
            Set.of(),
            chains,
            null)
        .handingOver(node.interceptionMode() == InterceptionMode.TPROXY);
  }

  private Chain passthrough(String name) {
    String cluster =
        world.mesh().outboundTrafficPolicy() == OutboundTrafficPolicy.ALLOW_ANY
            ? ClusterNames.PASSTHROUGH
            : ClusterNames.BLACK_HOLE;
    return new Chain(name, Match.ANY, null, L4Plan.tcp(cluster, List.of(L4Plan.one(cluster))));
  }

  private Shared at(ServicePort port) {
    return shared.computeIfAbsent(port.number(), p -> new Shared());
  }
}
