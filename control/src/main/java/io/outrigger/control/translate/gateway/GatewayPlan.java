package io.outrigger.control.translate.gateway;

import io.outrigger.control.istio.Gateway;
import io.outrigger.control.translate.ProxyNode;
import io.outrigger.control.translate.model.ListenerModel;
import io.outrigger.control.translate.model.ListenerModel.Action;
import io.outrigger.control.translate.model.ListenerModel.Chain;
import io.outrigger.control.translate.model.ListenerModel.Inspector;
import io.outrigger.control.translate.model.ListenerModel.Match;
import io.outrigger.control.translate.model.ListenerModel.ServerTls;
import io.outrigger.control.translate.model.RouteTableModel;
import io.outrigger.control.translate.model.SecretModel;
import io.outrigger.control.translate.plan.ListenerFrame;
import io.outrigger.control.translate.plan.Scope;
import io.outrigger.control.translate.plan.WorkloadPolicies;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Plans the listeners, route tables and secrets of a gateway's proxy. */
public final class GatewayPlan {
  /** What a browser may agree on. */
  private static final List<String> HTTP_ALPN = List.of("h2", "http/1.1");

  private static final List<String> NO_ALPN = List.of();

  private final World world;
  private final ProxyNode node;
  private final Scope scope;
  private final Credentials credentials;
  private final L4Chains l4;
  private final List<ListenerModel> listeners = new ArrayList<>();
  private final SortedMap<String, RouteTableModel> tables = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  private GatewayPlan(World world, ProxyNode node) {
    this.world = world;
    this.node = node;
    this.scope = Scope.of(node);
    this.credentials = new Credentials(world, node);
    this.l4 = new L4Chains(world, scope);
  }

  public static GatewayPlan of(World world, ProxyNode node) {
    GatewayPlan plan = new GatewayPlan(world, node);
    for (List<BoundServer> servers : ServedPorts.of(world, node, plan.problems)) {
      plan.listener(servers);
    }
    return plan;
  }

  public List<ListenerModel> listeners() {
    return listeners;
  }

  public List<RouteTableModel> tables() {
    return List.copyOf(tables.values());
  }

  /** The secrets that its listeners name. */
  public Collection<SecretModel> secrets() {
    return credentials.models().values();
  }

  /** What of the gateways isn't served, and why: one sentence each. */
  public List<String> problems() {
    return problems;
  }

  private void listener(List<BoundServer> servers) {
    BoundServer first = servers.getFirst();
    String name = first.bind() + "_" + first.port();
    List<Chain> chains =
        switch (ServedPorts.Kind.of(first.server())) {
          case HTTP -> List.of(plainHttp(name, servers));
          case TLS -> tls(name, servers);
          case TCP -> servers.stream().flatMap(s -> l4.plain(s).stream()).toList();
        };
    if (chains.isEmpty()) {
      return;
    }
    Set<Inspector> inspectors = EnumSet.noneOf(Inspector.class);
    if (chains.stream().anyMatch(c -> c.tls() != null || !c.match().serverNames().isEmpty())) {
      inspectors.add(Inspector.TLS);
    }
    listeners.add(
        new ListenerFrame(world, node)
            .listener(
                name,
                first.bind(),
                first.port(),
                true,
                ListenerModel.Direction.OUTBOUND,
                inspectors,
                chains,
                null,
                WorkloadPolicies.of(world, node, Map.of())));
  }

  private Chain plainHttp(String listener, List<BoundServer> servers) {
    return new Chain(
        listener, Match.ANY, null, http(listener, servers.getFirst().routes(), servers));
  }

  private Action http(String listener, String routes, List<BoundServer> servers) {
    tables.put(routes, GatewayRoutes.table(world, scope, routes, servers));
    return new Action.HttpByName("outbound_" + listener, routes);
  }

  private List<Chain> tls(String listener, List<BoundServer> servers) {
    List<Chain> out = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (BoundServer bound : servers) {
      if (bound.server().passesThrough()) {
        out.addAll(l4.passedThrough(bound));
        continue;
      }
      List<String> names = new ArrayList<>(bound.hosts());
      names.replaceAll(host -> host.toLowerCase(Locale.ROOT));
      if (names.contains("*")) {
        names = List.of("*");
      }
      List<String> free = names.stream().filter(taken::add).toList();
      if (free.isEmpty()) {
        problems.add(bound + " isn't served: another server has its hosts " + names);
        continue;
      }
      Gateway.ServerTls settings = bound.server().tls();
      ServerTls tls = settings == null ? null : ended(bound, settings);
      if (tls == null) {
        taken.removeAll(free);
        continue;
      }
      Match match =
          free.contains("*")
              ? Match.ANY
              : new Match(0, List.of(), List.copyOf(free), "", List.of());
      if (carriesHttp(bound)) {
        out.add(
            new Chain(bound.routes(), match, tls, http(listener, bound.routes(), List.of(bound))));
      } else {
        for (Chain chain : l4.plain(bound)) {
          List<String> from = chain.match().prefixRanges();
          Match asked = new Match(0, from, match.serverNames(), "", List.of());
          out.add(new Chain(chain.name(), asked, tls, chain.action()));
        }
      }
    }
    return out;
  }

  private static boolean carriesHttp(BoundServer bound) {
    return bound.server().protocol() == io.outrigger.control.resource.Protocol.HTTPS;
  }

  private @Nullable ServerTls ended(BoundServer bound, Gateway.ServerTls settings) {
    List<String> alpn = carriesHttp(bound) ? HTTP_ALPN : NO_ALPN;
    if (settings.mode() == Gateway.ServerTls.Mode.ISTIO_MUTUAL) {
      return new ServerTls.Mesh(
          carriesHttp(bound) ? HTTP_ALPN : List.of("istio"), settings.subjectAltNames());
    }
    if (!settings.certificates().isEmpty()) {
      return new ServerTls.Own(alpn, settings, List.of(), null);
    }
    Credentials.Chosen chosen = credentials.of(bound.gateway(), settings);
    if (chosen.missing() != null) {
      problems.add(bound + " isn't served: " + chosen.missing());
      return null;
    }
    return new ServerTls.Own(alpn, settings, chosen.certificates(), chosen.authorities());
  }
}
