package io.outrigger.control.world;

import io.outrigger.control.gatewayapi.GatewayApi;
import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The whole mesh at one moment: what every proxy's configuration is made of. Immutable. */
public final class World {
  private final long generation;
  private final SortedMap<ResourceId, Resource> resources;
  private final MeshConfig mesh;
  private final List<Service> services;
  private final Map<String, List<Service>> byHost;
  private final Endpoints endpoints;
  private final Localities localities;
  private final Gateways gateways;
  private final VirtualServices virtualServices;
  private final DestinationRules destinationRules;
  private final AuthorizationPolicies authorizationPolicies;
  private final PeerAuthentications peerAuthentications;
  private final RequestAuthentications requestAuthentications;
  private final RateLimits rateLimits;
  private final GatewayApi gatewayApi;
  private final ServiceRoutes serviceRoutes;
  private final boolean knowsPods;

  World(
      long generation,
      SortedMap<ResourceId, Resource> resources,
      MeshConfig mesh,
      List<Service> services,
      Map<String, List<Service>> byHost,
      Endpoints endpoints,
      Localities localities,
      Gateways gateways,
      VirtualServices virtualServices,
      DestinationRules destinationRules,
      AuthorizationPolicies authorizationPolicies,
      PeerAuthentications peerAuthentications,
      RequestAuthentications requestAuthentications,
      RateLimits rateLimits,
      GatewayApi gatewayApi) {
    this.generation = generation;
    this.resources = resources;
    this.mesh = mesh;
    this.services = services;
    this.byHost = byHost;
    this.endpoints = endpoints;
    this.localities = localities;
    this.gateways = gateways;
    this.virtualServices = virtualServices;
    this.destinationRules = destinationRules;
    this.authorizationPolicies = authorizationPolicies;
    this.peerAuthentications = peerAuthentications;
    this.requestAuthentications = requestAuthentications;
    this.rateLimits = rateLimits;
    this.gatewayApi = gatewayApi;
    this.knowsPods = resources.keySet().stream().anyMatch(id -> id.kind() == Kind.POD);
    this.serviceRoutes = new ServiceRoutes(gatewayApi.meshRoutes());
  }

  /** Counts up with every world of a process. */
  public long generation() {
    return generation;
  }

  /** The resources in force, by identity. */
  public SortedMap<ResourceId, Resource> resources() {
    return resources;
  }

  /** Whether a cluster tells of its pods, so that who calls itself a pod can be held to it. */
  public boolean knowsPods() {
    return knowsPods;
  }

  /** The pod of that name, or null. */
  public @Nullable Resource pod(String namespace, String name) {
    return resources.get(new ResourceId(Kind.POD, namespace, name));
  }

  /** Where a pod runs, as far as its node tells; nowhere if there is none. */
  public Locality localityOf(@Nullable Resource pod) {
    return localities.of(pod, null);
  }

  public MeshConfig mesh() {
    return mesh;
  }

  /** All services, by host. */
  public List<Service> services() {
    return services;
  }

  /** The services that a namespace sees, one a host: its own first, else the oldest. */
  public List<Service> servicesVisibleTo(String namespace) {
    List<Service> out = new java.util.ArrayList<>();
    for (String host : byHost.keySet()) {
      Service service = service(host, namespace);
      if (service != null) {
        out.add(service);
      }
    }
    return out;
  }

  /** The services of exactly that host, whoever sees them. */
  public List<Service> servicesNamed(String hostname) {
    return byHost.getOrDefault(hostname, List.of());
  }

  /** The service that a name means to callers in a namespace, or null. */
  public @Nullable Service service(String hostname, String callerNamespace) {
    Service found = null;
    for (Service candidate : byHost.getOrDefault(hostname, List.of())) {
      if (candidate.visibleTo(callerNamespace)) {
        if (candidate.namespace().equals(callerNamespace)) {
          return candidate;
        }
        if (found == null) {
          found = candidate;
        }
      }
    }
    return found;
  }

  /** Where a service's port is answered, in a stable order. */
  public List<Endpoint> endpoints(Service service, ServicePort port) {
    return endpoints.of(service, port);
  }

  public Endpoints endpoints() {
    return endpoints;
  }

  /** The Secrets that are for TLS. */
  public Secrets secrets() {
    return new Secrets(resources);
  }

  public Gateways gateways() {
    return gateways;
  }

  public VirtualServices virtualServices() {
    return virtualServices;
  }

  public DestinationRules destinationRules() {
    return destinationRules;
  }

  public AuthorizationPolicies authorizationPolicies() {
    return authorizationPolicies;
  }

  public RequestAuthentications requestAuthentications() {
    return requestAuthentications;
  }

  public RateLimits rateLimits() {
    return rateLimits;
  }

  /** What the resources of the Gateway API come to. */
  public GatewayApi gatewayApi() {
    return gatewayApi;
  }

  /** Routes of the Gateway API whose parent is a service. */
  public ServiceRoutes serviceRoutes() {
    return serviceRoutes;
  }

  public PeerAuthentications peerAuthentications() {
    return peerAuthentications;
  }
}
