package io.outrigger.config.cluster;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.source.ConfigSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a cluster's endpoints are found. */
public sealed interface Discovery {
  /** They are configured. */
  record Static() implements Discovery {}

  /** All addresses that DNS gives. */
  record StrictDns(DnsOptions dns) implements Discovery {}

  /** One logical host, with the address that DNS gives when a connection is made. */
  record LogicalDns(DnsOptions dns) implements Discovery {}

  /** The endpoint discovery service. */
  record Eds(ConfigSource source, String serviceName) implements Discovery {}

  /**
   * The address that the client meant.
   *
   * @param header that names the address instead; null: not looked at
   * @param portOverride 0: none
   */
  record OriginalDst(@Nullable HeaderName header, int portOverride, long cleanupIntervalMillis)
      implements Discovery {}

  /** The hosts of other clusters, the first first: envoy.clusters.aggregate. */
  record Aggregate(List<String> clusters) implements Discovery {
    public Aggregate {
      clusters = List.copyOf(clusters);
    }
  }

  /**
   * Whatever host the request names: envoy.clusters.dynamic_forward_proxy.
   *
   * @param defaultPort for a host without one: 443 where the cluster's transport is TLS
   * @param allowInsecure whether certificates may be for another host than the request's
   */
  record ForwardProxy(DnsCacheConfig cache, int defaultPort, boolean allowInsecure)
      implements Discovery {}

  /**
   * DNS of a cluster.
   *
   * @param failureRefreshBaseMillis wait after a failure; 0: the refresh rate
   */
  record DnsOptions(
      long refreshRateMillis,
      long failureRefreshBaseMillis,
      long failureRefreshMaxMillis,
      boolean respectTtl,
      LookupFamily family,
      long jitterMillis,
      DnsResolverConfig resolver) {}

  /** Which addresses DNS is asked for. */
  enum LookupFamily {
    AUTO,
    V4_ONLY,
    V6_ONLY,
    V4_PREFERRED,
    ALL
  }
}
