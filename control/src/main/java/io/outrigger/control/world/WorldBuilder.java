package io.outrigger.control.world;

import io.outrigger.control.gatewayapi.GatewayApi;
import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.keys.KeySets;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes a world of the resources in force. Pure. */
public final class WorldBuilder {
  private WorldBuilder() {}

  /** A world without anything in it. */
  public static World empty() {
    return build(0, MeshConfig.DEFAULT, List.of());
  }

  /**
   * A world of these resources.
   *
   * @param defaults the mesh's settings where no MeshConfig resource is among them
   */
  public static World build(long generation, MeshConfig defaults, Collection<Resource> resources) {
    return build(generation, defaults, resources, KeySets.NONE);
  }

  /** A world of these resources, with what was fetched of issuers' keys. */
  public static World build(
      long generation, MeshConfig defaults, Collection<Resource> resources, KeySets keys) {
    return build(generation, defaults, resources, keys, true);
  }

  /** A world whose services have no endpoints: enough to look up names in. */
  static World names(MeshConfig defaults, Collection<Resource> resources) {
    return build(0, defaults, resources, KeySets.NONE, false);
  }

  private static World build(
      long generation,
      MeshConfig defaults,
      Collection<Resource> resources,
      KeySets keys,
      boolean withEndpoints) {
    SortedMap<ResourceId, Resource> byId = new TreeMap<>();
    Map<Kind, List<Resource>> byKind = new EnumMap<>(Kind.class);
    for (Resource resource : resources) {
      byId.put(resource.id(), resource);
    }
    for (Resource resource : byId.values()) {
      byKind.computeIfAbsent(resource.id().kind(), k -> new ArrayList<>()).add(resource);
    }
    byKind.values().forEach(list -> list.sort(Resource.OLDEST_FIRST));
    List<Resource> configs = byKind.getOrDefault(Kind.MESH_CONFIG, List.of());
    MeshConfig mesh = configs.isEmpty() ? defaults : (MeshConfig) configs.getFirst().spec();

    List<Service> services = new ArrayList<>();
    for (Resource resource : byKind.getOrDefault(Kind.SERVICE, List.of())) {
      services.add(ServiceModel.ofKubernetes(resource, mesh.domain()));
    }
    for (Resource resource : byKind.getOrDefault(Kind.SERVICE_ENTRY, List.of())) {
      services.addAll(ServiceModel.ofServiceEntry(resource));
    }
    services.sort(Comparator.comparing(Service::hostname).thenComparing(Service.OLDEST_FIRST));
    Map<String, List<Service>> byHost = new TreeMap<>();
    for (Service service : services) {
      byHost.computeIfAbsent(service.hostname(), h -> new ArrayList<>()).add(service);
    }
    GatewayApi gatewayApi = GatewayApi.of(byKind, mesh.domain());
    List<Resource> routed = new ArrayList<>(byKind.getOrDefault(Kind.VIRTUAL_SERVICE, List.of()));
    routed.addAll(gatewayApi.gatewayRoutes());
    Localities localities = new Localities(byKind.getOrDefault(Kind.NODE, List.of()));
    return new World(
        generation,
        Collections.unmodifiableSortedMap(byId),
        mesh,
        List.copyOf(services),
        byHost,
        withEndpoints
            ? new EndpointCollector(byKind, localities).collect(services, byId)
            : new Endpoints(Map.of()),
        localities,
        new Gateways(byKind.getOrDefault(Kind.GATEWAY, List.of()), gatewayApi.gateways()),
        new VirtualServices(routed, mesh.domain()),
        new DestinationRules(
            byKind.getOrDefault(Kind.DESTINATION_RULE, List.of()),
            mesh.rootNamespace(),
            mesh.domain()),
        new AuthorizationPolicies(
            byKind.getOrDefault(Kind.AUTHORIZATION_POLICY, List.of()), mesh.rootNamespace()),
        new PeerAuthentications(
            byKind.getOrDefault(Kind.PEER_AUTHENTICATION, List.of()), mesh.rootNamespace()),
        new RequestAuthentications(
            byKind.getOrDefault(Kind.REQUEST_AUTHENTICATION, List.of()),
            mesh.rootNamespace(),
            keys),
        new RateLimits(byKind.getOrDefault(Kind.RATE_LIMIT, List.of()), mesh.rootNamespace()),
        gatewayApi);
  }
}
