package io.outrigger.config.listener;

import com.google.protobuf.ByteString;
import io.outrigger.config.accesslog.LogFormat;
import io.outrigger.config.cluster.DnsCacheConfig;
import io.outrigger.config.extauthz.AuthService;
import io.outrigger.config.filter.IstioStatsConfig;
import io.outrigger.config.filter.RbacConfig;
import io.outrigger.config.filter.SetFilterStateConfig;
import io.outrigger.config.hcm.HttpConnectionManagerConfig;
import io.outrigger.config.match.RuntimeFlag;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.metadata.MetadataMatcher;
import io.outrigger.config.ratelimit.TokenBucket;
import io.outrigger.config.source.ExtensionDiscovery;
import io.outrigger.config.source.GrpcService;
import io.outrigger.config.tcp.TcpProxyConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configuration of a network filter. */
public sealed interface NetworkFilterConfig {
  /** The HTTP connection manager. */
  record Http(HttpConnectionManagerConfig config) implements NetworkFilterConfig {}

  /** The TCP proxy. */
  record Tcp(TcpProxyConfig config) implements NetworkFilterConfig {}

  /** Sends back what it gets. */
  record Echo() implements NetworkFilterConfig {}

  /** Sends these bytes and closes. */
  record DirectResponse(ByteString response) implements NetworkFilterConfig {}

  /**
   * Asks DNS for the name that the client's SNI has, for the TCP proxy behind it.
   *
   * @param port of the upstream; 0: the cluster's default
   */
  record SniForwardProxy(DnsCacheConfig cache, int port) implements NetworkFilterConfig {}

  /** Notes something of each connection, for filters after it and for logs. */
  record SetFilterState(SetFilterStateConfig config) implements NetworkFilterConfig {}

  /** Lets the TCP proxy go to the cluster that has the SNI's name. */
  record SniCluster() implements NetworkFilterConfig {}

  /** Closes connections beyond a number, after a delay. */
  record ConnectionLimit(
      String statPrefix, long maxConnections, long delayMillis, RuntimeFlag enabled)
      implements NetworkFilterConfig {}

  /**
   * Closes connections while the bucket is empty.
   *
   * @param shareKey filters that have it and the same bucket share the tokens; empty: its own
   */
  record LocalRateLimit(String statPrefix, TokenBucket bucket, RuntimeFlag enabled, String shareKey)
      implements NetworkFilterConfig {}

  /**
   * Closes connections that its rules do not allow.
   *
   * @param delayDenyMillis a connection that is denied is closed after this time
   */
  record Rbac(RbacConfig config, long delayDenyMillis) implements NetworkFilterConfig {}

  /** Asks a service whether a connection goes on. */
  record ExtAuthz(
      String statPrefix,
      AuthService.Grpc service,
      boolean failureModeAllow,
      boolean peerCertificate,
      boolean tlsSession,
      String labelsKey,
      @Nullable MetadataMatcher enabledMetadata)
      implements NetworkFilterConfig {}

  /** Asks a rate limit service whether a connection is within its limits. */
  record RateLimit(
      String statPrefix,
      String domain,
      List<LimitDescriptor> descriptors,
      GrpcService service,
      long timeoutMillis,
      boolean failureModeDeny,
      RuntimeFraction enabled,
      RuntimeFraction enforced)
      implements NetworkFilterConfig {
    public RateLimit {
      descriptors = List.copyOf(descriptors);
    }
  }

  /** What a rate limit service is told of a connection. */
  record LimitDescriptor(List<Entry> entries) {
    public LimitDescriptor {
      entries = List.copyOf(entries);
    }

    /** A key, and the value as an access log would have it. */
    public record Entry(String key, LogFormat value) {}
  }

  /** What ECDS delivers holds in its place; without a {@code fallback}, connections end before. */
  record Discovered(ExtensionDiscovery discovery, @Nullable NetworkFilterConfig fallback)
      implements NetworkFilterConfig {
    @Override
    public boolean isTerminal() {
      return discovery.types().stream().noneMatch(NetworkFilterCompiler.PASSING::contains);
    }
  }

  /** Counts a TCP proxy's connections as Istio does. */
  record IstioStats(IstioStatsConfig config) implements NetworkFilterConfig {}

  /** Exchanges metadata with peers whose ALPN settled on this protocol, as Istio does. */
  record PeerExchange(String protocol) implements NetworkFilterConfig {}

  /** A filter that is accepted and does nothing here. */
  record Ignored(String typeUrl) implements NetworkFilterConfig {}

  /** Whether a filter chain may end with it. */
  default boolean isTerminal() {
    return !(this instanceof Ignored
        || this instanceof SniForwardProxy
        || this instanceof IstioStats
        || this instanceof PeerExchange
        || this instanceof SetFilterState
        || this instanceof SniCluster
        || this instanceof ConnectionLimit
        || this instanceof LocalRateLimit
        || this instanceof ExtAuthz
        || this instanceof RateLimit
        || this instanceof Rbac);
  }
}
