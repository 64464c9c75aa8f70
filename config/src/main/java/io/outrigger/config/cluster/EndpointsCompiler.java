package io.outrigger.config.cluster;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.outrigger.config.address.Address;
import io.outrigger.config.address.AddressCompiler;
import io.outrigger.config.cluster.Endpoint.HealthStatus;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.match.RuntimeFractionCompiler;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.proxyprotocol.TlvCompiler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles ClusterLoadAssignment messages, of clusters and of EDS. */
public final class EndpointsCompiler {
  private static final String MESSAGE = "envoy.config.endpoint.v3.ClusterLoadAssignment";
  static final int DEFAULT_OVERPROVISIONING = 140;

  private EndpointsCompiler() {}

  /** Endpoints that EDS delivered: all with IP addresses or pipes. */
  public static Compiled<ClusterEndpoints> compile(ClusterLoadAssignment proto) {
    Problems problems = new Problems();
    problems.checkRules(MESSAGE, proto);
    return Compiled.of(compile(proto, false, problems), problems);
  }

  /** Endpoints at a path of a larger configuration, whose rules have been checked with it. */
  static ClusterEndpoints compile(
      ClusterLoadAssignment proto, boolean namesAllowed, Problems problems) {
    if (proto.getClusterName().isEmpty()) {
      problems.error("cluster_name", "is empty; a cluster's name is required");
    }
    if (proto.getNamedEndpointsCount() > 0) {
      problems.unsupported("named_endpoints");
    }
    List<LocalityEndpoints> localities = new ArrayList<>(proto.getEndpointsCount());
    for (int i = 0; i < proto.getEndpointsCount(); i++) {
      localities.add(locality(proto.getEndpoints(i), namesAllowed, problems.at("endpoints", i)));
    }
    ClusterLoadAssignment.Policy policy = proto.getPolicy();
    if (policy.getDropOverloadsCount() > 1) {
      problems
          .at("policy")
          .error(
              "drop_overloads",
              "Cluster drop_overloads config has "
                  + policy.getDropOverloadsCount()
                  + " categories; one is allowed");
    }
    return new ClusterEndpoints(
        proto.getClusterName(),
        localities,
        Unsigned.orElse(
            policy.hasOverprovisioningFactor(),
            policy.getOverprovisioningFactor(),
            DEFAULT_OVERPROVISIONING),
        policy.getWeightedPriorityHealth(),
        dropOverloads(policy),
        Millis.orElse(
            policy.hasEndpointStaleAfter(),
            policy.getEndpointStaleAfter(),
            0,
            problems.at("policy").at("endpoint_stale_after")),
        proto);
  }

  private static List<ClusterEndpoints.DropOverload> dropOverloads(
      ClusterLoadAssignment.Policy policy) {
    List<ClusterEndpoints.DropOverload> drops = new ArrayList<>(policy.getDropOverloadsCount());
    for (ClusterLoadAssignment.Policy.DropOverload drop : policy.getDropOverloadsList()) {
      FractionalPercent percent = drop.getDropPercentage();
      RuntimeFraction fraction = RuntimeFractionCompiler.compile(percent, "");
      long perMillion = 1_000_000L / fraction.denominator() * fraction.numerator();
      drops.add(
          new ClusterEndpoints.DropOverload(
              drop.getCategory(), (int) Math.min(perMillion, 1_000_000)));
    }
    return drops;
  }

  private static LocalityEndpoints locality(
      LocalityLbEndpoints proto, boolean namesAllowed, Problems problems) {
    if (proto.hasLedsClusterLocalityConfig()) {
      problems.unsupported("leds_cluster_locality_config");
    }
    if (proto.getPriority() < 0 || proto.getPriority() > 128) {
      problems.error(
          "priority", "is " + Unsigned.toLong(proto.getPriority()) + "; 0 to 128 is allowed");
    }
    Address proxy = HttpProxyCompiler.compile(proto.getMetadata(), problems);
    List<LbEndpoint> protos = proto.getLbEndpointsList();
    List<Endpoint> endpoints = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      endpoints.add(endpoint(protos.get(i), namesAllowed, proxy, problems, i));
    }
    return new LocalityEndpoints(
        locality(proto.getLocality()),
        proto.getPriority(),
        Unsigned.orElse(proto.hasLoadBalancingWeight(), proto.getLoadBalancingWeight(), 0),
        Metadata.of(proto.getMetadata()),
        endpoints);
  }

  /** A node's or endpoint's locality. */
  public static Locality locality(io.envoyproxy.envoy.config.core.v3.Locality proto) {
    return proto.getRegion().isEmpty() && proto.getZone().isEmpty() && proto.getSubZone().isEmpty()
        ? Locality.EMPTY
        : new Locality(proto.getRegion(), proto.getZone(), proto.getSubZone());
  }

  private static Endpoint endpoint(
      LbEndpoint proto,
      boolean namesAllowed,
      @Nullable Address localityProxy,
      Problems parent,
      int index) {
    Problems problems = parent.at("lb_endpoints", index);
    if (!proto.hasEndpoint()) {
      problems.error(
          proto.getEndpointName().isEmpty() ? "endpoint" : "endpoint_name",
          "an endpoint with an address is required");
    }
    Problems here = problems.at("endpoint");
    var endpoint = proto.getEndpoint();
    Address address =
        AddressCompiler.compile(endpoint.getAddress(), namesAllowed, here.at("address"));
    List<Address> additional = new ArrayList<>(endpoint.getAdditionalAddressesCount());
    for (int i = 0; i < endpoint.getAdditionalAddressesCount(); i++) {
      additional.add(
          AddressCompiler.compile(
              endpoint.getAdditionalAddresses(i).getAddress(),
              namesAllowed,
              here.at("additional_addresses", i).at("address")));
    }
    Address proxy = HttpProxyCompiler.compile(proto.getMetadata(), problems);
    return new Endpoint(
        address,
        additional,
        endpoint.getHostname(),
        Math.max(
            1, Unsigned.orElse(proto.hasLoadBalancingWeight(), proto.getLoadBalancingWeight(), 1)),
        health(proto.getHealthStatus()),
        Metadata.of(proto.getMetadata()),
        proxy == null ? localityProxy : proxy,
        TlvCompiler.ofHost(proto.getMetadata(), problems),
        healthCheckAddress(endpoint, address, here.at("health_check_config")),
        endpoint.getHealthCheckConfig().getHostname(),
        endpoint.getHealthCheckConfig().getDisableActiveHealthCheck());
  }

  private static @Nullable Address healthCheckAddress(
      io.envoyproxy.envoy.config.endpoint.v3.Endpoint endpoint,
      Address address,
      Problems problems) {
    var config = endpoint.getHealthCheckConfig();
    Address found =
        config.hasAddress()
            ? AddressCompiler.compile(config.getAddress(), false, problems.at("address"))
            : address;
    int port = config.getPortValue();
    if (port == 0) {
      return config.hasAddress() ? found : null;
    }
    if (found instanceof Address.Ip ip) {
      return new Address.Ip(ip.address(), port);
    }
    if (found instanceof Address.Name name) {
      return new Address.Name(name.host(), port);
    }
    if (found instanceof Address.Pipe || found instanceof Address.Internal) {
      problems.error("port_value", "is not allowed for an address without a port");
      return null;
    }
    throw new IllegalStateException("unknown Address: " + found);
  }

  static HealthStatus health(io.envoyproxy.envoy.config.core.v3.HealthStatus proto) {
    return switch (proto) {
      case HEALTHY -> HealthStatus.HEALTHY;
      case UNHEALTHY -> HealthStatus.UNHEALTHY;
      case DRAINING -> HealthStatus.DRAINING;
      case TIMEOUT -> HealthStatus.TIMEOUT;
      case DEGRADED -> HealthStatus.DEGRADED;
      case UNKNOWN, UNRECOGNIZED -> HealthStatus.UNKNOWN;
    };
  }
}
