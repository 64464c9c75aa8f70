package io.outrigger.config.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster.RefreshRate;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.Discovery.DnsOptions;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import java.util.ArrayList;
import java.util.List;

/** Compiles DnsCacheConfig messages, which clusters and filters of the forward proxy have. */
public final class DnsCacheCompiler {
  private static final long DEFAULT_REFRESH_MILLIS = 60_000;
  private static final long DEFAULT_MIN_REFRESH_MILLIS = 5000;
  private static final long DEFAULT_HOST_TTL_MILLIS = 300_000;
  private static final long DEFAULT_QUERY_TIMEOUT_MILLIS = 5000;
  private static final int DEFAULT_LIMIT = 1024;

  private DnsCacheCompiler() {}

  public static DnsCacheConfig compile(
      io.envoyproxy.envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheConfig proto,
      Problems problems) {
    if (proto.hasKeyValueConfig()) {
      problems.ignored("key_value_config");
    }
    long min =
        Millis.orElse(
            proto.hasDnsMinRefreshRate(),
            proto.getDnsMinRefreshRate(),
            DEFAULT_MIN_REFRESH_MILLIS,
            problems.at("dns_min_refresh_rate"));
    long refresh =
        Millis.orElse(
            proto.hasDnsRefreshRate(),
            proto.getDnsRefreshRate(),
            DEFAULT_REFRESH_MILLIS,
            problems.at("dns_refresh_rate"));
    RefreshRate failure = proto.getDnsFailureRefreshRate();
    DnsOptions dns =
        DiscoveryCompiler.options(
            refresh,
            proto.hasDnsFailureRefreshRate(),
            failure.getBaseInterval(),
            failure.hasMaxInterval(),
            failure.getMaxInterval(),
            true,
            DiscoveryCompiler.family(proto.getDnsLookupFamily()),
            0,
            resolver(proto, problems),
            problems);
    return new DnsCacheConfig(
        proto.getName(),
        dns,
        min,
        Millis.orElse(
            proto.hasHostTtl(),
            proto.getHostTtl(),
            DEFAULT_HOST_TTL_MILLIS,
            problems.at("host_ttl")),
        Unsigned.orElse(proto.hasMaxHosts(), proto.getMaxHosts(), DEFAULT_LIMIT),
        !proto.getDisableDnsRefreshOnFailure(),
        Unsigned.orElse(
            proto.getDnsCacheCircuitBreaker().hasMaxPendingRequests(),
            proto.getDnsCacheCircuitBreaker().getMaxPendingRequests(),
            DEFAULT_LIMIT),
        Millis.orElse(
            proto.hasDnsQueryTimeout(),
            proto.getDnsQueryTimeout(),
            DEFAULT_QUERY_TIMEOUT_MILLIS,
            problems.at("dns_query_timeout")),
        preresolve(proto.getPreresolveHostnamesList()));
  }

  @SuppressWarnings("deprecation") // dns_resolution_config, use_tcp_for_dns_lookups
  private static DnsResolverConfig resolver(
      io.envoyproxy.envoy.extensions.common.dynamic_forward_proxy.v3.DnsCacheConfig proto,
      Problems problems) {
    if (proto.hasTypedDnsResolverConfig()) {
      return DnsResolverCompiler.compile(
          proto.getTypedDnsResolverConfig(),
          DnsResolverConfig.DNS,
          problems.at("typed_dns_resolver_config"));
    }
    if (proto.hasDnsResolutionConfig()) {
      return DnsResolverCompiler.of(
          proto.getDnsResolutionConfig().getResolversList(),
          "resolvers",
          proto.getDnsResolutionConfig().getDnsResolverOptions(),
          problems.at("dns_resolution_config"));
    }
    if (proto.getUseTcpForDnsLookups()) {
      problems.ignored("use_tcp_for_dns_lookups");
    }
    return DnsResolverConfig.DNS;
  }

  private static List<Address.Name> preresolve(List<SocketAddress> protos) {
    List<Address.Name> names = new ArrayList<>(protos.size());
    for (SocketAddress proto : protos) {
      names.add(new Address.Name(proto.getAddress(), proto.getPortValue()));
    }
    return names;
  }
}
