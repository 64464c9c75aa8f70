package io.outrigger.control.istio;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How traffic to a host, a port of it or a subset is balanced, limited, watched and encrypted. */
public record TrafficPolicy(
    @Nullable LoadBalancer loadBalancer,
    @Nullable ConnectionPool connectionPool,
    @Nullable OutlierDetection outlierDetection,
    @Nullable ClientTls tls,
    Map<Integer, TrafficPolicy> ports) {

  public static final TrafficPolicy NONE = new TrafficPolicy(null, null, null, null, Map.of());

  /** The policy of one port: a port's settings replace the whole of the others, as in Istio. */
  public TrafficPolicy forPort(int port) {
    TrafficPolicy own = ports.get(port);
    return own != null
        ? own
        : new TrafficPolicy(loadBalancer, connectionPool, outlierDetection, tls, Map.of());
  }

  /** This policy with shares of localities that the mesh gives. */
  public TrafficPolicy distributing(LocalityBalancing locality) {
    LoadBalancer known =
        loadBalancer != null
            ? loadBalancer
            : new LoadBalancer(LoadBalancer.Simple.UNSPECIFIED, null, null, null);
    return new TrafficPolicy(
        new LoadBalancer(known.simple(), known.consistentHash(), known.warmup(), locality),
        connectionPool,
        outlierDetection,
        tls,
        ports);
  }

  /** This policy with another's settings wherever the other has any. */
  public TrafficPolicy overriddenBy(TrafficPolicy other) {
    Map<Integer, TrafficPolicy> merged = new java.util.TreeMap<>(ports);
    merged.putAll(other.ports);
    return new TrafficPolicy(
        other.loadBalancer != null ? other.loadBalancer : loadBalancer,
        other.connectionPool != null ? other.connectionPool : connectionPool,
        other.outlierDetection != null ? other.outlierDetection : outlierDetection,
        other.tls != null ? other.tls : tls,
        Map.copyOf(merged));
  }

  /** How a host is picked; a consistent hash wins over a simple algorithm. */
  public record LoadBalancer(
      Simple simple,
      @Nullable ConsistentHash consistentHash,
      @Nullable Duration warmup,
      @Nullable LocalityBalancing locality) {
    /** Algorithms without settings. */
    public enum Simple {
      UNSPECIFIED,
      LEAST_REQUEST,
      RANDOM,
      ROUND_ROBIN,
      PASSTHROUGH
    }
  }

  /** Requests with the same key go to the same host. */
  public record ConsistentHash(Key key, Algorithm algorithm, long size) {
    /**
     * The hash's structure; size is the least ring size or the Maglev table size, 0 for default.
     */
    public enum Algorithm {
      RING_HASH,
      MAGLEV
    }

    /** What is hashed. */
    public sealed interface Key {
      /** A request header. */
      record Header(String name) implements Key {}

      /** A cookie, made with that lifetime when absent and a lifetime is given. */
      record Cookie(String name, @Nullable String path, @Nullable Duration ttl) implements Key {}

      /** The caller's address. */
      record SourceIp() implements Key {}

      /** A query parameter. */
      record QueryParameter(String name) implements Key {}
    }
  }

  /** Limits on connections and requests; null is without limit or by default. */
  public record ConnectionPool(
      @Nullable Integer maxConnections,
      @Nullable Duration connectTimeout,
      @Nullable TcpKeepalive tcpKeepalive,
      @Nullable Duration maxConnectionDuration,
      @Nullable Duration tcpIdleTimeout,
      @Nullable Integer http1MaxPendingRequests,
      @Nullable Integer http2MaxRequests,
      @Nullable Integer maxRequestsPerConnection,
      @Nullable Integer maxRetries,
      @Nullable Duration httpIdleTimeout,
      H2UpgradePolicy h2UpgradePolicy,
      boolean useClientProtocol,
      @Nullable Integer maxConcurrentStreams) {
    /** Whether HTTP/1.1 to this host is carried over HTTP/2. */
    public enum H2UpgradePolicy {
      DEFAULT,
      DO_NOT_UPGRADE,
      UPGRADE
    }
  }

  /** Probes of the operating system on idle connections. */
  public record TcpKeepalive(
      @Nullable Integer probes, @Nullable Duration time, @Nullable Duration interval) {}

  /** When a host that fails is left out for a while. */
  public record OutlierDetection(
      boolean splitExternalLocalOriginErrors,
      @Nullable Integer consecutiveLocalOriginFailures,
      @Nullable Integer consecutiveGatewayErrors,
      @Nullable Integer consecutive5xxErrors,
      @Nullable Duration interval,
      @Nullable Duration baseEjectionTime,
      @Nullable Integer maxEjectionPercent,
      @Nullable Integer minHealthPercent) {}

  /** How connections to the host are encrypted. */
  public record ClientTls(
      Mode mode,
      @Nullable String clientCertificate,
      @Nullable String privateKey,
      @Nullable String caCertificates,
      List<String> subjectAltNames,
      @Nullable String sni,
      boolean insecureSkipVerify) {
    /** Istio's client TLS modes. */
    public enum Mode {
      DISABLE,
      SIMPLE,
      MUTUAL,
      ISTIO_MUTUAL
    }
  }
}
