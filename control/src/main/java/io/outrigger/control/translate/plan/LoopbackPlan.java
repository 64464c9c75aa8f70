package io.outrigger.control.translate.plan;

import io.outrigger.control.translate.ProxyNode;
import io.outrigger.control.translate.model.ListenerModel;
import io.outrigger.control.translate.model.ListenerModel.Action;
import io.outrigger.control.translate.model.ListenerModel.Chain;
import io.outrigger.control.translate.model.ListenerModel.Inspector;
import io.outrigger.control.translate.model.ListenerModel.Match;
import io.outrigger.control.translate.model.RouteTableModel;
import io.outrigger.control.world.Hosts;
import io.outrigger.control.world.Service;
import io.outrigger.control.world.ServicePort;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plans the outbound listeners of a workload whose traffic isn't captured. All on loopback. */
public final class LoopbackPlan {
  private static final String LOOPBACK = "127.0.0.1";

  private final World world;
  private final ProxyNode node;
  private final ListenerFrame frame;
  private final List<ListenerModel> listeners = new ArrayList<>();
  private final List<RouteTableModel> tables = new ArrayList<>();

  private LoopbackPlan(World world, ProxyNode node) {
    this.world = world;
    this.node = node;
    this.frame = new ListenerFrame(world, node);
  }

  public static LoopbackPlan of(World world, ProxyNode node) {
    LoopbackPlan plan = new LoopbackPlan(world, node);
    if (node.httpProxyPort() > 0) {
      plan.httpProxy();
    }
    node.loopbackPorts().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> plan.named(entry.getKey(), entry.getValue()));
    return plan;
  }

  public List<ListenerModel> listeners() {
    return listeners;
  }

  public List<RouteTableModel> tables() {
    return tables;
  }

  private void httpProxy() {
    String name = LOOPBACK + "_" + node.httpProxyPort();
    Chain chain =
        new Chain(
            name,
            Match.ANY,
            null,
            new Action.HttpByName("outbound_http_proxy", RoutePlan.HTTP_PROXY));
    listeners.add(
        frame.listener(
            name,
            LOOPBACK,
            node.httpProxyPort(),
            true,
            ListenerModel.Direction.OUTBOUND,
            Set.of(),
            List.of(chain),
            null));
  }

  private void named(String target, int loopbackPort) {
    int colon = target.lastIndexOf(':');
    String host = colon < 0 ? target : target.substring(0, colon);
    Service service = service(host);
    ServicePort port = service == null ? null : port(service, target.substring(colon + 1), colon);
    if (service == null || port == null) {
      return;
    }
    String name = "loopback|" + port.number() + "||" + service.hostname();
    L4Plan l4 = new L4Plan(world, Scope.of(node));
    List<Chain> chains = new ArrayList<>();
    Set<Inspector> inspectors = EnumSet.noneOf(Inspector.class);
    if (port.protocol().http()) {
      tables.add(new RoutePlan(world, Scope.of(node)).loopback(name, service, port));
      chains.add(new Chain(name, Match.ANY, null, new Action.HttpByName("outbound_" + name, name)));
    } else {
      chains.addAll(l4.chains(service, port, false));
      if (chains.stream().anyMatch(chain -> !chain.match().serverNames().isEmpty())) {
        inspectors.add(Inspector.TLS);
      }
    }
    listeners.add(
        frame.listener(
            name,
            LOOPBACK,
            loopbackPort,
            true,
            ListenerModel.Direction.OUTBOUND,
            inspectors,
            chains,
            null));
  }

  private @Nullable Service service(String host) {
    Service exact = world.service(host, node.namespace());
    if (exact != null) {
      return exact;
    }
    String domain = world.mesh().domain();
    Service shortName =
        world.service(Hosts.resolve(host, node.namespace(), domain), node.namespace());
    return shortName != null
        ? shortName
        : world.service(host + (host.endsWith(".svc") ? "." : ".svc.") + domain, node.namespace());
  }

  private static @Nullable ServicePort port(Service service, String number, int colon) {
    if (colon < 0 || !number.matches("[0-9]{1,5}")) {
      return service.ports().isEmpty() ? null : service.ports().getFirst();
    }
    return service.port(Integer.parseInt(number));
  }
}
