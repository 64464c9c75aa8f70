package io.outrigger.config.cluster;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.tls.PeerExchangeCompiler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles Cluster messages. */
public final class ClusterCompiler {
  private static final String MESSAGE = "envoy.config.cluster.v3.Cluster";
  private static final String TCP_OPTIONS = "envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions";
  private static final long DEFAULT_CONNECT_TIMEOUT_MILLIS = 5000;
  private static final long DEFAULT_TCP_IDLE_MILLIS = 600_000;
  private static final int DEFAULT_BUFFER_LIMIT = 1 << 20;

  private ClusterCompiler() {}

  /** A cluster that CDS delivered. */
  public static Compiled<ClusterConfig> compile(Cluster proto) {
    Problems problems = new Problems();
    problems.checkRules(MESSAGE, proto);
    return Compiled.of(compile(proto, problems), problems);
  }

  /** A cluster of a larger configuration, whose rules have been checked with it. */
  public static ClusterConfig compile(Cluster proto, Problems problems) {
    if (proto.getName().isEmpty()) {
      problems.error("name", "is empty; a name is required");
    }
    tellUnsupported(proto, problems);
    String peerExchange = peerExchange(proto, problems);
    Discovery discovery = DiscoveryCompiler.compile(proto, problems);
    ClusterEndpoints endpoints = endpoints(proto, discovery, problems);
    LbPolicy lbPolicy = LbPolicyCompiler.compile(proto, problems);
    ClusterChecks.checkLbPolicy(proto, discovery, lbPolicy, problems);
    UpstreamHttpOptions http = UpstreamHttpOptionsCompiler.compile(proto, problems);
    if (discovery instanceof Discovery.ForwardProxy forward) {
      http = ClusterChecks.forwardProxyOptions(proto, forward, http, problems);
    }
    UpstreamTransport transport =
        UpstreamTransportCompiler.compile(
            proto.hasTransportSocket(),
            proto.getTransportSocket(),
            peerExchange != null,
            problems.at("transport_socket"));
    ClusterChecks.checkAlpn(proto, http, transport, problems);
    ClusterConfig compiled =
        new ClusterConfig(
            proto.getName(),
            proto.getAltStatName().isEmpty() ? proto.getName() : proto.getAltStatName(),
            discovery,
            endpoints,
            Millis.positive(
                proto.hasConnectTimeout(),
                proto.getConnectTimeout(),
                DEFAULT_CONNECT_TIMEOUT_MILLIS,
                problems.at("connect_timeout")),
            Unsigned.orElse(
                proto.hasPerConnectionBufferLimitBytes(),
                proto.getPerConnectionBufferLimitBytes(),
                DEFAULT_BUFFER_LIMIT),
            lbPolicy,
            SubsetCompiler.compile(proto, problems),
            CommonLbCompiler.compile(proto, problems.at("common_lb_config")),
            CircuitBreakersCompiler.compile(
                proto.getCircuitBreakers(), problems.at("circuit_breakers")),
            proto.hasOutlierDetection()
                ? OutlierDetectionCompiler.compile(
                    proto.getOutlierDetection(), problems.at("outlier_detection"))
                : null,
            healthChecks(proto, http, problems),
            http,
            maxRequestsPerConnection(proto, http),
            preconnect(proto.getPreconnectPolicy()),
            transport,
            transportMatches(proto, peerExchange != null, problems),
            proto.hasUpstreamBindConfig()
                ? UpstreamBindCompiler.compile(
                    proto.getUpstreamBindConfig(), problems.at("upstream_bind_config"))
                : null,
            keepalive(proto),
            HappyEyeballs.compile(proto.getUpstreamConnectionOptions()),
            peerExchange,
            tcpIdleTimeout(proto, problems),
            proto.getCloseConnectionsOnHostHealthFailure(),
            proto.getIgnoreHealthOnHostRemoval(),
            !proto.hasWaitForWarmOnInit() || proto.getWaitForWarmOnInit().getValue(),
            proto.getLrsReportEndpointMetricsList(),
            Metadata.of(proto.getMetadata()),
            proto);
    WithoutEffect.tell(compiled, problems);
    return compiled;
  }

  /** The table of field rules holds them to 1 and more. */
  private static ClusterConfig.Preconnect preconnect(Cluster.PreconnectPolicy proto) {
    return new ClusterConfig.Preconnect(
        proto.hasPerUpstreamPreconnectRatio()
            ? proto.getPerUpstreamPreconnectRatio().getValue()
            : 1,
        proto.hasPredictivePreconnectRatio() ? proto.getPredictivePreconnectRatio().getValue() : 1);
  }

  @SuppressWarnings("deprecation") // track_timeout_budgets
  private static void tellUnsupported(Cluster proto, Problems problems) {
    if (proto.hasUpstreamConfig()) {
      problems.unsupported("upstream_config");
    }
    if (proto.hasLrsServer()) {
      problems.ignored("lrs_server");
    }
    if (proto.getConnectionPoolPerDownstreamConnection()) {
      problems.ignored("connection_pool_per_downstream_connection");
    }
    if (proto.hasTrackClusterStats()) {
      problems.ignored("track_cluster_stats");
    }
    for (String key : proto.getTypedExtensionProtocolOptionsMap().keySet()) {
      if (!key.equals(UpstreamHttpOptionsCompiler.KEY) && !key.equals(TCP_OPTIONS)) {
        problems
            .at("typed_extension_protocol_options", key)
            .error(
                "Didn't find a registered network or http filter or protocol options"
                    + " implementation for name: '"
                    + key
                    + "'; "
                    + UpstreamHttpOptionsCompiler.KEY
                    + " and "
                    + TCP_OPTIONS
                    + " are supported");
      }
    }
  }

  /** Upstream network filters: Istio's metadata exchange, by its protocol; others are refused. */
  private static @Nullable String peerExchange(Cluster proto, Problems problems) {
    String protocol = null;
    for (int i = 0; i < proto.getFiltersCount(); i++) {
      Problems here = problems.at("filters", i).at("typed_config");
      TypedExtension extension = TypedExtension.of(proto.getFilters(i).getTypedConfig(), here);
      if (extension.type().equals(PeerExchangeCompiler.TYPE)) {
        protocol = PeerExchangeCompiler.protocol(extension, here);
        continue;
      }
      String sentence = "'" + extension.type() + "' is not supported upstream";
      if (extension.isIstios()) {
        here.warning(sentence + "; the filter has no effect");
      } else {
        here.error(sentence + "; " + PeerExchangeCompiler.TYPE + " is");
      }
    }
    return protocol;
  }

  private static @Nullable ClusterEndpoints endpoints(
      Cluster proto, Discovery discovery, Problems problems) {
    Problems here = problems.at("load_assignment");
    if (discovery instanceof Discovery.Eds
        || discovery instanceof Discovery.OriginalDst
        || discovery instanceof Discovery.ForwardProxy
        || discovery instanceof Discovery.Aggregate) {
      if (proto.hasLoadAssignment()) {
        here.error("is only allowed for clusters of type STATIC, STRICT_DNS and LOGICAL_DNS");
      }
      return null;
    }
    if (discovery instanceof Discovery.Static) {
      return EndpointsCompiler.compile(assignment(proto), false, here);
    }
    if (discovery instanceof Discovery.StrictDns) {
      return EndpointsCompiler.compile(assignment(proto), true, here);
    }
    if (discovery instanceof Discovery.LogicalDns) {
      ClusterEndpoints endpoints = EndpointsCompiler.compile(assignment(proto), true, here);
      if (endpoints.localities().size() != 1 || endpoints.size() != 1) {
        here.error(
            "LOGICAL_DNS clusters must have a single locality_lb_endpoint and a single"
                + " lb_endpoint");
      }
      return endpoints;
    }
    throw new IllegalStateException("unknown Discovery: " + discovery);
  }

  private static io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment assignment(
      Cluster proto) {
    return proto.getLoadAssignment().getClusterName().isEmpty() && !proto.hasLoadAssignment()
        ? proto.getLoadAssignment().toBuilder().setClusterName(proto.getName()).build()
        : proto.getLoadAssignment();
  }

  private static List<HealthCheck> healthChecks(
      Cluster proto, UpstreamHttpOptions http, Problems problems) {
    List<HealthCheck> checks = new ArrayList<>(proto.getHealthChecksCount());
    for (int i = 0; i < proto.getHealthChecksCount(); i++) {
      checks.add(
          HealthCheckCompiler.compile(proto.getHealthChecks(i), problems.at("health_checks", i)));
    }
    for (int i = 0; i < checks.size(); i++) {
      if (checks.get(i).probe() instanceof HealthCheck.Grpc
          && http.protocol() != UpstreamHttpOptions.ProtocolChoice.HTTP2) {
        problems
            .at("health_checks", i)
            .error("grpc_health_check", "the cluster must support HTTP/2 for gRPC healthchecking");
      }
    }
    if (checks.size() > 1) {
      problems.error("health_checks", "Multiple health checks not supported; one is allowed");
    }
    return checks;
  }

  @SuppressWarnings("deprecation") // max_requests_per_connection
  private static int maxRequestsPerConnection(Cluster proto, UpstreamHttpOptions http) {
    return http.common().maxRequestsPerConnection() > 0
        ? http.common().maxRequestsPerConnection()
        : Unsigned.orElse(
            proto.hasMaxRequestsPerConnection(), proto.getMaxRequestsPerConnection(), 0);
  }

  private static List<ClusterConfig.TransportMatch> transportMatches(
      Cluster proto, boolean exchanges, Problems problems) {
    List<ClusterConfig.TransportMatch> matches =
        new ArrayList<>(proto.getTransportSocketMatchesCount());
    for (int i = 0; i < proto.getTransportSocketMatchesCount(); i++) {
      Cluster.TransportSocketMatch match = proto.getTransportSocketMatches(i);
      Problems here = problems.at("transport_socket_matches", i);
      if (!match.hasTransportSocket()) {
        here.error("transport_socket", "is required");
      }
      matches.add(
          new ClusterConfig.TransportMatch(
              match.getName(),
              match.getMatch(),
              UpstreamTransportCompiler.compile(
                  match.hasTransportSocket(),
                  match.getTransportSocket(),
                  exchanges,
                  here.at("transport_socket"))));
    }
    return matches;
  }

  private static ClusterConfig.@Nullable TcpKeepalive keepalive(Cluster proto) {
    var options = proto.getUpstreamConnectionOptions();
    if (!options.hasTcpKeepalive()) {
      return null;
    }
    return new ClusterConfig.TcpKeepalive(
        Unsigned.clamp(options.getTcpKeepalive().getKeepaliveProbes().getValue()),
        Unsigned.clamp(options.getTcpKeepalive().getKeepaliveTime().getValue()),
        Unsigned.clamp(options.getTcpKeepalive().getKeepaliveInterval().getValue()));
  }

  private static long tcpIdleTimeout(Cluster proto, Problems problems) {
    Any any = proto.getTypedExtensionProtocolOptionsMap().get(TCP_OPTIONS);
    if (any == null) {
      return DEFAULT_TCP_IDLE_MILLIS;
    }
    Problems here = problems.at("typed_extension_protocol_options", TCP_OPTIONS);
    TcpProtocolOptions options =
        TypedExtension.of(any, here).parse(TcpProtocolOptions.parser(), here);
    return options == null
        ? DEFAULT_TCP_IDLE_MILLIS
        : Millis.orElse(
            options.hasIdleTimeout(),
            options.getIdleTimeout(),
            DEFAULT_TCP_IDLE_MILLIS,
            here.at("idle_timeout"));
  }
}
