package io.outrigger.control.translate.plan;

import io.outrigger.control.istio.DestinationRule;
import io.outrigger.control.istio.LocalityBalancing;
import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.istio.PeerAuthentication;
import io.outrigger.control.istio.TrafficPolicy;
import io.outrigger.control.resource.Protocol;
import io.outrigger.control.translate.model.ClusterModel;
import io.outrigger.control.translate.model.ClusterModel.Discovery;
import io.outrigger.control.translate.model.EndpointsModel;
import io.outrigger.control.world.Endpoint;
import io.outrigger.control.world.MergedDestinationRule;
import io.outrigger.control.world.Service;
import io.outrigger.control.world.ServicePort;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Plans the clusters and endpoints of all services that a scope sees. */
public final class ClusterPlan {
  private final World world;
  private final Scope scope;
  private final MeshConfig mesh;
  private final LocalityPlan localities;
  private final List<ClusterModel> clusters = new ArrayList<>();
  private final List<EndpointsModel> endpoints = new ArrayList<>();

  private ClusterPlan(World world, Scope scope) {
    this.world = world;
    this.scope = scope;
    this.mesh = world.mesh();
    this.localities = new LocalityPlan(scope);
  }

  public static ClusterPlan of(World world, Scope scope) {
    ClusterPlan plan = new ClusterPlan(world, scope);
    for (Service service : world.servicesVisibleTo(scope.namespace())) {
      plan.service(service);
    }
    plan.clusters.add(
        new ClusterModel.BlackHole(ClusterNames.BLACK_HOLE, plan.mesh.connectTimeout()));
    if (scope.captured()) {
      plan.clusters.add(
          new ClusterModel.Passthrough(ClusterNames.PASSTHROUGH, null, plan.mesh.connectTimeout()));
    }
    return plan;
  }

  public List<ClusterModel> clusters() {
    return clusters;
  }

  public List<EndpointsModel> endpoints() {
    return endpoints;
  }

  private void service(Service service) {
    MergedDestinationRule rule =
        world
            .destinationRules()
            .find(scope.namespace(), scope.labels(), service.namespace(), service.hostname());
    for (ServicePort port : service.ports()) {
      if (port.protocol() == Protocol.UDP) {
        continue;
      }
      List<Endpoint> all = effective(service, port);
      List<String> identities = identities(service, all);
      TrafficPolicy policy = rule.trafficPolicy().forPort(port.number());
      add(service, port, null, policy, all, identities);
      for (DestinationRule.Subset subset : rule.subsets()) {
        List<Endpoint> some = all.stream().filter(e -> e.has(subset.labels())).toList();
        add(service, port, subset.name(), merged(policy, subset, port), some, identities);
      }
    }
  }

  // the subset's own settings win over the port's of the whole rule, its own port's over those
  private static TrafficPolicy merged(
      TrafficPolicy policy, DestinationRule.Subset subset, ServicePort port) {
    TrafficPolicy own = subset.trafficPolicy();
    TrafficPolicy whole =
        new TrafficPolicy(
            own.loadBalancer(),
            own.connectionPool(),
            own.outlierDetection(),
            own.tls(),
            java.util.Map.of());
    TrafficPolicy ofPort = own.ports().getOrDefault(port.number(), TrafficPolicy.NONE);
    return policy.overriddenBy(whole).overriddenBy(ofPort);
  }

  private void add(
      Service service,
      ServicePort port,
      @Nullable String subset,
      TrafficPolicy policy,
      List<Endpoint> members,
      List<String> identities) {
    String name = ClusterNames.outbound(port.number(), subset, service.hostname());
    Discovery discovery = discovery(service);
    LocalityBalancing balancing = balancing(service, policy);
    boolean dns = discovery == Discovery.STRICT_DNS || discovery == Discovery.LOGICAL_DNS;
    clusters.add(
        new ClusterModel.Outbound(
            name,
            discovery,
            port.protocol(),
            balancing.distribute().isEmpty() ? policy : policy.distributing(balancing),
            mesh.enableAutoMtls() && !service.meshExternal(),
            !members.isEmpty() && members.stream().allMatch(Endpoint::sidecar),
            ClusterNames.sni(port.number(), subset, service.hostname()),
            ClusterModel.ServiceRef.of(service),
            identities,
            dns ? members : List.of(),
            scope.secrets(),
            mesh.connectTimeout(),
            mesh.h2Upgrade(),
            scope.tellsPeers()));
    if (discovery == Discovery.EDS) {
      // EDS carries addresses only: a name among them would have all of it refused
      endpoints.add(
          new EndpointsModel(
              name,
              localities.groups(
                  members.stream().filter(Endpoint::numeric).toList(),
                  balancing,
                  policy.outlierDetection() != null || service.staysClose())));
    }
  }

  /** A rule's own word, then the service's, then the mesh's. */
  private LocalityBalancing balancing(Service service, TrafficPolicy policy) {
    TrafficPolicy.LoadBalancer balancer = policy.loadBalancer();
    LocalityBalancing own = balancer == null ? null : balancer.locality();
    if (own != null) {
      return own;
    }
    return service.staysClose() ? LocalityPlan.closest() : mesh.localityBalancing();
  }

  // without capture no one knows where the caller was going: endpoints that are known are used
  private Discovery discovery(Service service) {
    return switch (service.resolution()) {
      case ENDPOINTS -> Discovery.EDS;
      case DNS -> Discovery.STRICT_DNS;
      case DNS_ROUND_ROBIN -> Discovery.LOGICAL_DNS;
      case PASSTHROUGH -> scope.captured() ? Discovery.ORIGINAL_DST : Discovery.EDS;
    };
  }

  // a sidecar that is told not to end mutual TLS is spoken to as if there were none
  private List<Endpoint> effective(Service service, ServicePort port) {
    List<Endpoint> out = new ArrayList<>();
    for (Endpoint endpoint : world.endpoints(service, port)) {
      boolean disabled =
          endpoint.sidecar()
              && world
                      .peerAuthentications()
                      .mode(endpoint.namespace(), endpoint.labels(), endpoint.port(), port.number())
                  == PeerAuthentication.Mode.DISABLE;
      out.add(disabled ? endpoint.withoutSidecar() : endpoint);
    }
    return List.copyOf(out);
  }

  private List<String> identities(Service service, List<Endpoint> members) {
    TreeSet<String> out = new TreeSet<>();
    for (Endpoint endpoint : members) {
      if (endpoint.serviceAccount() != null) {
        out.add(
            "spiffe://"
                + mesh.trustDomain()
                + "/ns/"
                + endpoint.namespace()
                + "/sa/"
                + endpoint.serviceAccount());
      }
    }
    out.addAll(service.subjectAltNames());
    return List.copyOf(out);
  }
}
