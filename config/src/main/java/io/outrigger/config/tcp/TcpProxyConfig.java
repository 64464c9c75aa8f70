package io.outrigger.config.tcp;

import io.outrigger.config.accesslog.AccessLogConfig;
import io.outrigger.config.accesslog.LogFormat;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.proxyprotocol.Tlv;
import io.outrigger.config.route.HeaderMutations;
import io.outrigger.config.source.OnDemandClusters;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.network.tcp_proxy.
 *
 * @param clusters one, or several of which one is picked by weight
 * @param idleTimeoutMillis 0: none
 * @param maxDownstreamConnectionDurationMillis 0: no limit
 * @param hashSourceIp hash for ring hash and maglev from the client's address
 * @param tunneling null: plain TCP to the upstream
 * @param backOffBaseMillis wait between connect attempts; 0: none
 * @param tlvs told upstream where the client has told none by a PROXY header
 * @param onDemand null: nobody is asked for a cluster that isn't known
 */
public record TcpProxyConfig(
    String statPrefix,
    List<ClusterWeight> clusters,
    long totalWeight,
    Metadata metadataMatch,
    long idleTimeoutMillis,
    long maxDownstreamConnectionDurationMillis,
    int maxConnectAttempts,
    long backOffBaseMillis,
    long backOffMaxMillis,
    boolean hashSourceIp,
    List<AccessLogConfig> accessLogs,
    long accessLogFlushIntervalMillis,
    boolean flushAccessLogOnConnected,
    List<Tlv> tlvs,
    @Nullable Tunneling tunneling,
    @Nullable OnDemandClusters onDemand) {
  public TcpProxyConfig {
    clusters = List.copyOf(clusters);
    accessLogs = List.copyOf(accessLogs);
    tlvs = List.copyOf(tlvs);
  }

  /** A cluster, its share, and metadata that endpoints must have. */
  public record ClusterWeight(String cluster, long weight, Metadata metadataMatch) {}

  /**
   * TunnelingConfig: the bytes go in the body of a CONNECT or POST.
   *
   * @param propagateResponseHeaders the answer's headers are noted in filter state
   */
  public record Tunneling(
      LogFormat hostname,
      boolean usePost,
      String postPath,
      HeaderMutations headers,
      boolean propagateResponseHeaders,
      boolean propagateResponseTrailers) {}

  /** The cluster that this random number falls on. */
  public ClusterWeight pick(long random) {
    if (clusters.size() == 1) {
      return clusters.getFirst();
    }
    long point = Long.remainderUnsigned(random, totalWeight);
    for (int i = 0, last = clusters.size() - 1; i < last; i++) {
      point -= clusters.get(i).weight();
      if (point < 0) {
        return clusters.get(i);
      }
    }
    return clusters.getLast();
  }

  /** Names of the clusters that this refers to. */
  public Set<String> referencedClusters() {
    Set<String> names = new LinkedHashSet<>();
    for (ClusterWeight cluster : clusters) {
      names.add(cluster.cluster());
    }
    return names;
  }
}
