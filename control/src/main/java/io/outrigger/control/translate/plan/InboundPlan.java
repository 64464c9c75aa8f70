package io.outrigger.control.translate.plan;

import io.outrigger.control.istio.InterceptionMode;
import io.outrigger.control.istio.PeerAuthentication.Mode;
import io.outrigger.control.resource.Protocol;
import io.outrigger.control.translate.ProxyNode;
import io.outrigger.control.translate.model.ClusterModel;
import io.outrigger.control.translate.model.ListenerModel;
import io.outrigger.control.translate.model.ListenerModel.Chain;
import io.outrigger.control.translate.model.ListenerModel.Inspector;
import io.outrigger.control.translate.model.ListenerModel.Match;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Plans the listener and clusters in front of the application. */
public final class InboundPlan {
  /** Where the sidecar's connections to its application come from, so that they aren't captured. */
  private static final String BIND = "127.0.0.6";

  private final World world;
  private final ProxyNode node;
  private final List<ClusterModel> clusters = new ArrayList<>();
  private final List<ListenerModel> listeners = new ArrayList<>();

  private InboundPlan(World world, ProxyNode node) {
    this.world = world;
    this.node = node;
  }

  public static InboundPlan of(World world, ProxyNode node) {
    InboundPlan plan = new InboundPlan(world, node);
    if (node.interceptionMode() == InterceptionMode.NONE) {
      plan.bound();
    } else {
      plan.captured();
    }
    return plan;
  }

  public List<ClusterModel> clusters() {
    return clusters;
  }

  public List<ListenerModel> listeners() {
    return listeners;
  }

  private void captured() {
    List<Chain> chains = new ArrayList<>();
    chains.add(
        new Chain(
            "virtualInbound-blackhole",
            Match.transport(OutboundPlan.INBOUND_PORT, "", List.of()),
            null,
            L4Plan.tcp(ClusterNames.BLACK_HOLE, List.of(L4Plan.one(ClusterNames.BLACK_HOLE)))));
    for (WorkloadPort port : WorkloadPort.of(world, node)) {
      Mode mode = mode(port.number(), port.servicePort());
      String cluster = ClusterNames.inbound(port.number());
      chains.addAll(
          InboundChains.of(
              "0.0.0.0_" + port.number(), port.number(), mode, port.protocol(), cluster));
      clusters.add(
          new ClusterModel.Inbound(
              cluster,
              null,
              port.number(),
              BIND,
              port.service(),
              port.protocol(),
              world.mesh().connectTimeout()));
    }
    // ports that no service declares
    chains.addAll(
        InboundChains.of(
            "virtualInbound", 0, mode(0, 0), Protocol.UNKNOWN, ClusterNames.INBOUND_PASSTHROUGH));
    clusters.add(
        new ClusterModel.Passthrough(
            ClusterNames.INBOUND_PASSTHROUGH, BIND, world.mesh().connectTimeout()));
    ListenerModel listener =
        new ListenerFrame(world, node)
            .listener(
                "virtualInbound",
                "0.0.0.0",
                OutboundPlan.INBOUND_PORT,
                true,
                ListenerModel.Direction.INBOUND,
                EnumSet.allOf(Inspector.class),
                chains,
                null,
                WorkloadPolicies.of(world, node, Map.of()));
    listeners.add(
        node.interceptionMode() == InterceptionMode.TPROXY
            ? listener.keepingAddresses()
            : listener);
  }

  private void bound() {
    if (node.inboundPort() == 0) {
      return;
    }
    WorkloadPort port = WorkloadPort.behind(world, node);
    if (port == null) {
      return;
    }
    int app = node.appPort() > 0 ? node.appPort() : port.number();
    Mode mode = mode(node.inboundPort(), port.servicePort(), port.number(), app);
    String cluster = ClusterNames.inbound(app);
    clusters.add(
        new ClusterModel.Inbound(
            cluster,
            "127.0.0.1",
            app,
            null,
            port.service(),
            port.protocol(),
            world.mesh().connectTimeout()));
    List<Chain> chains =
        InboundChains.of("inbound_" + node.inboundPort(), 0, mode, port.protocol(), cluster);
    Set<Inspector> inspectors = EnumSet.of(Inspector.TLS);
    if (port.protocol().sniffed()) {
      inspectors.add(Inspector.HTTP);
    }
    listeners.add(
        new ListenerFrame(world, node)
            .listener(
                "inbound_" + node.inboundPort(),
                node.addresses().isEmpty() ? "127.0.0.1" : node.addresses().getFirst(),
                node.inboundPort(),
                true,
                ListenerModel.Direction.INBOUND,
                inspectors,
                chains,
                null,
                WorkloadPolicies.of(
                    world,
                    node,
                    app == port.number()
                        ? Map.of(app, node.inboundPort())
                        : Map.of(app, node.inboundPort(), port.number(), node.inboundPort()))));
  }

  private Mode mode(int... ports) {
    return world.peerAuthentications().mode(node.namespace(), node.labels(), ports);
  }
}
