package io.outrigger.control.translate.plan;

import io.outrigger.control.istio.Destination;
import io.outrigger.control.istio.DestinationRule;
import io.outrigger.control.istio.HttpRoute.WeightedDestination;
import io.outrigger.control.istio.TrafficPolicy;
import io.outrigger.control.istio.TrafficPolicy.ConsistentHash;
import io.outrigger.control.translate.model.RouteModel;
import io.outrigger.control.world.Hosts;
import io.outrigger.control.world.MergedDestinationRule;
import io.outrigger.control.world.Service;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns destinations of VirtualServices into clusters. */
public final class DestinationPlan {
  private final World world;
  private final Scope scope;

  public DestinationPlan(World world, Scope scope) {
    this.world = world;
    this.scope = scope;
  }

  /**
   * The cluster of a destination. One that doesn't exist keeps its name: its requests fail.
   *
   * @param namespace where the VirtualService is, for short names
   * @param listenerPort counts when neither destination nor service says which port
   */
  String cluster(Destination to, String namespace, int listenerPort) {
    if (to.equals(Destination.NOWHERE)) {
      return ClusterNames.NOWHERE;
    }
    String host = Hosts.resolve(to.host(), namespace, world.mesh().domain());
    return ClusterNames.outbound(port(to, host, listenerPort), to.subset(), host);
  }

  private int port(Destination to, String host, int listenerPort) {
    if (to.port() != null) {
      return to.port();
    }
    Service service = world.service(host, scope.namespace());
    return service != null && service.ports().size() == 1
        ? service.ports().getFirst().number()
        : listenerPort;
  }

  /** The clusters of a route list: those without weight are left out beside others. */
  public List<RouteModel.WeightedCluster> clusters(
      List<WeightedDestination> route, String namespace, int listenerPort) {
    List<RouteModel.WeightedCluster> out = new ArrayList<>();
    for (WeightedDestination to : route) {
      if (to.weight() > 0 || route.size() == 1) {
        out.add(
            new RouteModel.WeightedCluster(
                cluster(to.destination(), namespace, listenerPort),
                Math.max(to.weight(), 1),
                to.headers()));
      }
    }
    return List.copyOf(out);
  }

  /** What requests to these destinations are hashed on. */
  List<ConsistentHash.Key> hashes(
      List<WeightedDestination> route, String namespace, int listenerPort) {
    Set<ConsistentHash.Key> out = new LinkedHashSet<>();
    for (WeightedDestination to : route) {
      String host = Hosts.resolve(to.destination().host(), namespace, world.mesh().domain());
      int port = port(to.destination(), host, listenerPort);
      ConsistentHash.Key key = hash(host, to.destination().subset(), port);
      if (key != null) {
        out.add(key);
      }
    }
    return List.copyOf(out);
  }

  /** What requests to a host are hashed on, or null. */
  ConsistentHash.@Nullable Key hash(String host, @Nullable String subset, int port) {
    Service service = world.service(host, scope.namespace());
    if (service == null) {
      return null;
    }
    MergedDestinationRule rule =
        world.destinationRules().find(scope.namespace(), scope.labels(), service.namespace(), host);
    TrafficPolicy policy = rule.trafficPolicy().forPort(port);
    DestinationRule.Subset chosen = subset == null ? null : rule.subset(subset);
    if (chosen != null) {
      policy =
          policy.overriddenBy(
              new TrafficPolicy(
                  chosen.trafficPolicy().forPort(port).loadBalancer(), null, null, null, Map.of()));
    }
    TrafficPolicy.LoadBalancer balancer = policy.loadBalancer();
    ConsistentHash hash = balancer == null ? null : balancer.consistentHash();
    return hash == null ? null : hash.key();
  }
}
