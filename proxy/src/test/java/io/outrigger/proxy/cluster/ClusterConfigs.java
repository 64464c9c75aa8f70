package io.outrigger.proxy.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.CircuitBreakers;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.cluster.CommonLb;
import io.outrigger.config.cluster.Discovery;
import io.outrigger.config.cluster.Endpoint;
import io.outrigger.config.cluster.HappyEyeballs;
import io.outrigger.config.cluster.HealthCheck;
import io.outrigger.config.cluster.LbPolicy;
import io.outrigger.config.cluster.Locality;
import io.outrigger.config.cluster.LocalityEndpoints;
import io.outrigger.config.cluster.OutlierDetection;
import io.outrigger.config.cluster.SubsetConfig;
import io.outrigger.config.cluster.UpstreamBind;
import io.outrigger.config.cluster.UpstreamHttpOptions;
import io.outrigger.config.cluster.UpstreamHttpOptions.ProtocolChoice;
import io.outrigger.config.cluster.UpstreamTransport;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.protocol.CommonHttpOptions;
import io.outrigger.config.protocol.Http1Options;
import io.outrigger.config.protocol.Http2Options;
import io.outrigger.proxy.address.SocketAddresses;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Cluster records for tests: Envoy's defaults, and what a test sets otherwise. */
public final class ClusterConfigs {
  private final String name;
  private Discovery discovery = new Discovery.Static();
  private @Nullable ClusterEndpoints endpoints;
  private long connectTimeoutMillis = 5000;
  private LbPolicy lbPolicy = new LbPolicy.RoundRobin(null);
  private @Nullable SubsetConfig subsets;
  private CommonLb commonLb = CommonLb.DEFAULT;
  private CircuitBreakers breakers = CircuitBreakers.DEFAULT;
  private @Nullable OutlierDetection outliers;
  private ProtocolChoice protocol = ProtocolChoice.HTTP1;
  private CommonHttpOptions http = CommonHttpOptions.DEFAULT;
  private UpstreamTransport transport = new UpstreamTransport.Raw();
  private @Nullable UpstreamBind bind;
  private HappyEyeballs happyEyeballs = HappyEyeballs.DEFAULT;
  private List<HealthCheck> checks = List.of();

  private ClusterConfigs(String name) {
    this.name = name;
  }

  public static ClusterConfigs named(String name) {
    return new ClusterConfigs(name);
  }

  public ClusterConfigs discovery(Discovery by) {
    discovery = by;
    return this;
  }

  public ClusterConfigs endpoints(ClusterEndpoints of) {
    endpoints = of;
    return this;
  }

  public ClusterConfigs connectTimeoutMillis(long millis) {
    connectTimeoutMillis = millis;
    return this;
  }

  public ClusterConfigs lb(LbPolicy policy) {
    lbPolicy = policy;
    return this;
  }

  public ClusterConfigs subsets(SubsetConfig by) {
    subsets = by;
    return this;
  }

  public ClusterConfigs common(CommonLb options) {
    commonLb = options;
    return this;
  }

  public ClusterConfigs limits(long connections, long pending, long requests) {
    CircuitBreakers.Thresholds thresholds =
        new CircuitBreakers.Thresholds(
            connections,
            pending,
            requests,
            3,
            null,
            false,
            CircuitBreakers.UNLIMITED,
            CircuitBreakers.UNLIMITED);
    breakers = new CircuitBreakers(thresholds, thresholds);
    return this;
  }

  public ClusterConfigs outliers(OutlierDetection detection) {
    outliers = detection;
    return this;
  }

  public ClusterConfigs protocol(ProtocolChoice choice) {
    protocol = choice;
    return this;
  }

  public ClusterConfigs http(CommonHttpOptions options) {
    http = options;
    return this;
  }

  public ClusterConfigs transport(UpstreamTransport by) {
    transport = by;
    return this;
  }

  public ClusterConfigs bind(UpstreamBind to) {
    bind = to;
    return this;
  }

  public ClusterConfigs happyEyeballs(HappyEyeballs order) {
    happyEyeballs = order;
    return this;
  }

  public ClusterConfigs check(HealthCheck by) {
    checks = List.of(by);
    return this;
  }

  public ClusterConfig build() {
    return new ClusterConfig(
        name,
        name,
        discovery,
        endpoints,
        connectTimeoutMillis,
        1 << 20,
        lbPolicy,
        subsets,
        commonLb,
        breakers,
        outliers,
        checks,
        new UpstreamHttpOptions(
            protocol, http, Http1Options.DEFAULT, Http2Options.DEFAULT, false, false, null),
        0,
        new ClusterConfig.Preconnect(1, 1),
        transport,
        List.of(),
        bind,
        null,
        happyEyeballs,
        null,
        600_000,
        false,
        false,
        true,
        List.of(),
        Metadata.EMPTY,
        Cluster.getDefaultInstance());
  }

  // ---- endpoints ----

  /** Loopback endpoints with these ports, of weight 1, at priority 0. */
  public static ClusterEndpoints ports(int... ports) {
    return assignment(
        List.of(locality(0, 1, IntStream.of(ports).mapToObj(p -> endpoint(p, 1)).toList())));
  }

  public static ClusterEndpoints assignment(List<LocalityEndpoints> localities) {
    return new ClusterEndpoints(
        "test", localities, 140, false, List.of(), 0, ClusterLoadAssignment.getDefaultInstance());
  }

  public static LocalityEndpoints locality(int priority, int weight, List<Endpoint> endpoints) {
    return new LocalityEndpoints(
        new Locality("r", "z" + weight, ""), priority, weight, Metadata.EMPTY, endpoints);
  }

  public static Endpoint endpoint(int port, int weight) {
    return endpoint(port, weight, Endpoint.HealthStatus.UNKNOWN, Metadata.EMPTY);
  }

  public static Endpoint endpoint(
      int port, int weight, Endpoint.HealthStatus health, Metadata metadata) {
    return new Endpoint(
        new Address.Ip(InetAddress.getLoopbackAddress(), port),
        List.of(),
        "",
        weight,
        health,
        metadata,
        null,
        List.of(),
        null,
        "",
        false);
  }

  /** One that has addresses on these ports of the loopback. */
  public static Endpoint endpointOf(int port, int... more) {
    return new Endpoint(
        new Address.Ip(InetAddress.getLoopbackAddress(), port),
        IntStream.of(more)
            .<Address>mapToObj(p -> new Address.Ip(InetAddress.getLoopbackAddress(), p))
            .toList(),
        "",
        1,
        Endpoint.HealthStatus.UNKNOWN,
        Metadata.EMPTY,
        null,
        List.of(),
        null,
        "",
        false);
  }

  public static Endpoint named(String host, int port) {
    return new Endpoint(
        new Address.Name(host, port),
        List.of(),
        "",
        1,
        Endpoint.HealthStatus.UNKNOWN,
        Metadata.EMPTY,
        null,
        List.of(),
        null,
        "",
        false);
  }

  // ---- host sets without a cluster ----

  /** The host set that these endpoints make; hosts are new. */
  public static HostSet hosts(ClusterEndpoints endpoints) {
    List<ResolvedLocality> resolved = new ArrayList<>();
    for (LocalityEndpoints locality : endpoints.localities()) {
      List<ResolvedLocality.ResolvedEndpoint> own = new ArrayList<>();
      for (Endpoint endpoint : locality.endpoints()) {
        String text = endpoint.address().toString();
        own.add(
            new ResolvedLocality.ResolvedEndpoint(
                text, SocketAddresses.of(endpoint.address()), text, List.of(), "", endpoint));
      }
      resolved.add(
          new ResolvedLocality(locality.locality(), locality.priority(), locality.weight(), own));
    }
    return new Membership(2).update(resolved, endpoints).set();
  }
}
