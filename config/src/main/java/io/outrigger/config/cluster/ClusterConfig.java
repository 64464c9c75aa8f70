package io.outrigger.config.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.tls.SdsSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as configured.
 *
 * @param statName alt_stat_name, or the name
 * @param endpoints load_assignment; for DNS types its hosts are names; null for EDS and
 *     ORIGINAL_DST
 * @param subsets null: no subset balancing
 * @param happyEyeballs how a host of several addresses is connected to
 * @param peerExchange the ALPN protocol of peers that metadata is exchanged with, as Istio does;
 *     null: with nobody
 * @param tcpIdleTimeoutMillis idle time of pooled TCP connections; 0: never
 * @param maxRequestsPerConnection 0: no limit
 * @param bind null: the kernel picks the source address
 * @param reportedMetrics lrs_report_endpoint_metrics: what of its hosts' reports (ORCA) load
 *     reports tell
 */
public record ClusterConfig(
    String name,
    String statName,
    Discovery discovery,
    @Nullable ClusterEndpoints endpoints,
    long connectTimeoutMillis,
    int perConnectionBufferLimitBytes,
    LbPolicy lbPolicy,
    @Nullable SubsetConfig subsets,
    CommonLb commonLb,
    CircuitBreakers circuitBreakers,
    @Nullable OutlierDetection outlierDetection,
    List<HealthCheck> healthChecks,
    UpstreamHttpOptions http,
    int maxRequestsPerConnection,
    Preconnect preconnect,
    UpstreamTransport transport,
    List<TransportMatch> transportMatches,
    @Nullable UpstreamBind bind,
    @Nullable TcpKeepalive tcpKeepalive,
    HappyEyeballs happyEyeballs,
    @Nullable String peerExchange,
    long tcpIdleTimeoutMillis,
    boolean closeConnectionsOnHostHealthFailure,
    boolean ignoreHealthOnHostRemoval,
    boolean waitForWarmOnInit,
    List<String> reportedMetrics,
    Metadata metadata,
    Cluster proto) {
  public ClusterConfig {
    healthChecks = List.copyOf(healthChecks);
    transportMatches = List.copyOf(transportMatches);
    reportedMetrics = List.copyOf(reportedMetrics);
  }

  /**
   * Room for so many streams is made for each that there is; 1: nothing ahead of need.
   *
   * @param perHost per_upstream_preconnect_ratio: at the same host; up to 3
   * @param predicted predictive_preconnect_ratio: at the hosts that balancing takes next
   */
  public record Preconnect(double perHost, double predicted) {}

  /** transport_socket_matches: endpoints with this metadata use this transport. */
  public record TransportMatch(
      String name, com.google.protobuf.Struct match, UpstreamTransport transport) {}

  /** TCP keepalive; 0: the system's value. */
  public record TcpKeepalive(int probes, int timeSeconds, int intervalSeconds) {}

  /** The secrets that must have come before this cluster can be used. */
  public Set<SdsSource> secrets() {
    Set<SdsSource> found = new LinkedHashSet<>(transport.secrets());
    for (TransportMatch match : transportMatches) {
      found.addAll(match.transport().secrets());
    }
    return found;
  }
}
