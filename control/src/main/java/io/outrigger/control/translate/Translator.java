package io.outrigger.control.translate;

import io.outrigger.control.istio.InterceptionMode;
import io.outrigger.control.translate.cluster.ClusterTranslator;
import io.outrigger.control.translate.endpoint.EndpointsTranslator;
import io.outrigger.control.translate.gateway.GatewayPlan;
import io.outrigger.control.translate.listener.ListenerTranslator;
import io.outrigger.control.translate.listener.SecretTranslator;
import io.outrigger.control.translate.model.ClusterModel;
import io.outrigger.control.translate.model.EndpointsModel;
import io.outrigger.control.translate.model.ListenerModel;
import io.outrigger.control.translate.model.RouteTableModel;
import io.outrigger.control.translate.model.SecretModel;
import io.outrigger.control.translate.plan.ClusterPlan;
import io.outrigger.control.translate.plan.InboundPlan;
import io.outrigger.control.translate.plan.LoopbackPlan;
import io.outrigger.control.translate.plan.OutboundPlan;
import io.outrigger.control.translate.plan.RoutePlan;
import io.outrigger.control.translate.plan.Scope;
import io.outrigger.control.translate.route.RouteTableTranslator;
import io.outrigger.control.world.World;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Translates a world for a proxy. Any thread; what proxies have in common is made once. */
public final class Translator {
  /** The outbound resources that all proxies of a scope share. */
  private record Shared(
      SortedMap<String, Built> clusters,
      SortedMap<String, Built> endpoints,
      SortedMap<String, Built> routes) {}

  /** The scopes translated for one world. */
  private record Scopes(World world, Map<Scope, Shared> shared) {}

  private final ResourceCache cache = new ResourceCache();
  private volatile Scopes scopes =
      new Scopes(io.outrigger.control.world.WorldBuilder.empty(), new ConcurrentHashMap<>());

  /** Everything that the proxy is to be sent. */
  public Translation translate(World world, ProxyNode proxy) {
    ProxyNode node = proxy.asKnownTo(world);
    Scopes current = scopes;
    if (current.world != world) {
      current = new Scopes(world, new ConcurrentHashMap<>());
      scopes = current;
      cache.sweep(world.generation());
    }
    Shared shared = current.shared.computeIfAbsent(Scope.of(node), scope -> outbound(world, scope));
    long generation = world.generation();
    SortedMap<String, Built> clusters = new TreeMap<>(shared.clusters);
    SortedMap<String, Built> routes = new TreeMap<>(shared.routes);
    SortedMap<String, Built> listeners = new TreeMap<>();
    SortedMap<String, Built> secrets = new TreeMap<>();
    List<String> problems = List.of();
    if (node.type() == NodeType.ROUTER) {
      GatewayPlan gateways = GatewayPlan.of(world, node);
      gateways.listeners().forEach(model -> listener(generation, model, listeners));
      gateways.tables().forEach(model -> routes(generation, model, routes));
      gateways.secrets().forEach(model -> secret(generation, model, secrets));
      problems = gateways.problems();
    } else {
      sidecar(world, node, clusters, listeners, routes);
    }
    return new Translation(
        generation,
        Collections.unmodifiableSortedMap(clusters),
        shared.endpoints,
        Collections.unmodifiableSortedMap(listeners),
        Collections.unmodifiableSortedMap(routes),
        Collections.unmodifiableSortedMap(secrets),
        problems);
  }

  private void sidecar(
      World world,
      ProxyNode node,
      SortedMap<String, Built> clusters,
      SortedMap<String, Built> listeners,
      SortedMap<String, Built> routes) {
    long generation = world.generation();
    InboundPlan inbound = InboundPlan.of(world, node);
    inbound.clusters().forEach(model -> cluster(generation, model, clusters));
    inbound.listeners().forEach(model -> listener(generation, model, listeners));
    if (node.interceptionMode() == InterceptionMode.NONE) {
      LoopbackPlan loopback = LoopbackPlan.of(world, node);
      loopback.listeners().forEach(model -> listener(generation, model, listeners));
      loopback.tables().forEach(model -> routes(generation, model, routes));
    } else {
      OutboundPlan.of(world, node).forEach(model -> listener(generation, model, listeners));
    }
  }

  private Shared outbound(World world, Scope scope) {
    long generation = world.generation();
    ClusterPlan plan = ClusterPlan.of(world, scope);
    SortedMap<String, Built> clusters = new TreeMap<>();
    plan.clusters().forEach(model -> cluster(generation, model, clusters));
    SortedMap<String, Built> endpoints = new TreeMap<>();
    for (EndpointsModel model : plan.endpoints()) {
      endpoints.put(
          model.cluster(),
          cache.get(
              generation,
              model.cluster(),
              Translation.ENDPOINTS,
              model,
              EndpointsTranslator::translate));
    }
    SortedMap<String, Built> routes = new TreeMap<>();
    if (scope.type() == NodeType.SIDECAR) {
      new RoutePlan(world, scope).tables().forEach(model -> routes(generation, model, routes));
    }
    return new Shared(clusters, Collections.unmodifiableSortedMap(endpoints), routes);
  }

  private void cluster(long generation, ClusterModel model, Map<String, Built> out) {
    out.put(
        model.name(),
        cache.get(
            generation, model.name(), Translation.CLUSTER, model, ClusterTranslator::translate));
  }

  private void listener(long generation, ListenerModel model, Map<String, Built> out) {
    out.put(
        model.name(),
        cache.get(
            generation, model.name(), Translation.LISTENER, model, ListenerTranslator::translate));
  }

  private void secret(long generation, SecretModel model, Map<String, Built> out) {
    out.put(
        model.name(),
        cache.get(
            generation, model.name(), Translation.SECRET, model, SecretTranslator::translate));
  }

  private void routes(long generation, RouteTableModel model, Map<String, Built> out) {
    out.put(
        model.name(),
        cache.get(
            generation, model.name(), Translation.ROUTES, model, RouteTableTranslator::translate));
  }
}
