package io.outrigger.config.cluster;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.DnsResolverOptions;
import io.envoyproxy.envoy.extensions.clusters.dns.v3.DnsCluster;
import io.outrigger.config.cluster.Discovery.DnsOptions;
import io.outrigger.config.cluster.Discovery.LookupFamily;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.source.ConfigSourceCompiler;
import java.util.List;

/** Compiles how a cluster's endpoints are found. */
final class DiscoveryCompiler {
  private static final long DEFAULT_REFRESH_MILLIS = 5000;
  private static final long DEFAULT_CLEANUP_MILLIS = 5000;
  private static final String FORWARD_PROXY =
      "envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig";

  private DiscoveryCompiler() {}

  static Discovery compile(Cluster proto, Problems problems) {
    if (!proto.hasClusterType()) {
      return byType(proto.getType(), proto, problems);
    }
    return switch (proto.getClusterType().getName()) {
      case "envoy.cluster.static" -> byType(Cluster.DiscoveryType.STATIC, proto, problems);
      case "envoy.cluster.strict_dns" -> byType(Cluster.DiscoveryType.STRICT_DNS, proto, problems);
      case "envoy.cluster.logical_dns" ->
          byType(Cluster.DiscoveryType.LOGICAL_DNS, proto, problems);
      case "envoy.cluster.eds" -> byType(Cluster.DiscoveryType.EDS, proto, problems);
      case "envoy.cluster.original_dst" ->
          byType(Cluster.DiscoveryType.ORIGINAL_DST, proto, problems);
      default -> custom(proto, proto.getClusterType(), problems.at("cluster_type"));
    };
  }

  private static Discovery byType(Cluster.DiscoveryType type, Cluster proto, Problems problems) {
    return switch (type) {
      case STATIC -> new Discovery.Static();
      case STRICT_DNS -> new Discovery.StrictDns(dns(proto, problems));
      case LOGICAL_DNS -> new Discovery.LogicalDns(dns(proto, problems));
      case EDS -> eds(proto, problems.at("eds_cluster_config"));
      case ORIGINAL_DST -> originalDst(proto, problems);
      case UNRECOGNIZED -> {
        problems.error(
            "type", "is not known; STATIC, STRICT_DNS, LOGICAL_DNS, EDS and ORIGINAL_DST are");
        yield new Discovery.Static();
      }
    };
  }

  private static Discovery eds(Cluster proto, Problems problems) {
    if (!proto.hasEdsClusterConfig() || !proto.getEdsClusterConfig().hasEdsConfig()) {
      problems.error("eds_config", "cannot create an EDS cluster without an EDS config");
      return new Discovery.Eds(new ConfigSource.Ads(0), proto.getName());
    }
    String service = proto.getEdsClusterConfig().getServiceName();
    return new Discovery.Eds(
        ConfigSourceCompiler.compile(
            proto.getEdsClusterConfig().getEdsConfig(), problems.at("eds_config")),
        service.isEmpty() ? proto.getName() : service);
  }

  private static Discovery originalDst(Cluster proto, Problems problems) {
    Cluster.OriginalDstLbConfig config = proto.getOriginalDstLbConfig();
    Problems here = problems.at("original_dst_lb_config");
    if (config.hasMetadataKey()) {
      here.unsupported("metadata_key");
    }
    String header =
        config.getHttpHeaderName().isEmpty()
            ? "x-envoy-original-dst-host"
            : config.getHttpHeaderName();
    return new Discovery.OriginalDst(
        config.getUseHttpHeader() ? HeaderName.of(header).inRequests() : null,
        Unsigned.within(
            config.hasUpstreamPortOverride(),
            config.getUpstreamPortOverride(),
            0,
            0,
            65_535,
            here.at("upstream_port_override")),
        Millis.positive(
            proto.hasCleanupInterval(),
            proto.getCleanupInterval(),
            DEFAULT_CLEANUP_MILLIS,
            problems.at("cleanup_interval")));
  }

  @SuppressWarnings("deprecation") // the DNS fields of Cluster are what is in use
  private static DnsOptions dns(Cluster proto, Problems problems) {
    long refresh = refresh(proto.hasDnsRefreshRate(), proto.getDnsRefreshRate(), problems);
    Cluster.RefreshRate failure = proto.getDnsFailureRefreshRate();
    return options(
        refresh,
        proto.hasDnsFailureRefreshRate(),
        failure.getBaseInterval(),
        failure.hasMaxInterval(),
        failure.getMaxInterval(),
        proto.getRespectDnsTtl(),
        family(proto.getDnsLookupFamily()),
        Millis.orElse(proto.hasDnsJitter(), proto.getDnsJitter(), 0, problems.at("dns_jitter")),
        resolver(proto, problems),
        problems);
  }

  static LookupFamily family(Cluster.DnsLookupFamily proto) {
    return switch (proto) {
      case V4_ONLY -> LookupFamily.V4_ONLY;
      case V6_ONLY -> LookupFamily.V6_ONLY;
      case V4_PREFERRED -> LookupFamily.V4_PREFERRED;
      case ALL -> LookupFamily.ALL;
      case AUTO, UNRECOGNIZED -> LookupFamily.AUTO;
    };
  }

  /** The system's resolver tells no TTL, and asks whom it likes. */
  @SuppressWarnings("deprecation") // dns_resolvers, dns_resolution_config, use_tcp_for_dns_lookups
  private static DnsResolverConfig resolver(Cluster proto, Problems problems) {
    DnsResolverConfig otherwise = byDefault(proto.getRespectDnsTtl());
    if (proto.hasTypedDnsResolverConfig()) {
      return DnsResolverCompiler.compile(
          proto.getTypedDnsResolverConfig(), otherwise, problems.at("typed_dns_resolver_config"));
    }
    if (proto.hasDnsResolutionConfig()) {
      return DnsResolverCompiler.of(
          proto.getDnsResolutionConfig().getResolversList(),
          "resolvers",
          proto.getDnsResolutionConfig().getDnsResolverOptions(),
          problems.at("dns_resolution_config"));
    }
    if (proto.getDnsResolversCount() > 0 || proto.getUseTcpForDnsLookups()) {
      return DnsResolverCompiler.of(
          proto.getDnsResolversList(),
          "dns_resolvers",
          DnsResolverOptions.newBuilder()
              .setUseTcpForDnsLookups(proto.getUseTcpForDnsLookups())
              .build(),
          problems);
    }
    return otherwise;
  }

  private static DnsResolverConfig byDefault(boolean respectTtl) {
    return respectTtl ? DnsResolverConfig.DNS : DnsResolverConfig.SYSTEM;
  }

  private static Discovery custom(
      Cluster cluster, Cluster.CustomClusterType proto, Problems problems) {
    Problems here = problems.at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getTypedConfig(), here);
    if (extension.type().equals("envoy.extensions.clusters.aggregate.v3.ClusterConfig")) {
      var aggregate =
          extension.parse(
              io.envoyproxy.envoy.extensions.clusters.aggregate.v3.ClusterConfig.parser(), here);
      return new Discovery.Aggregate(aggregate == null ? List.of() : aggregate.getClustersList());
    }
    if (extension.type().equals(FORWARD_PROXY)) {
      return forwardProxy(cluster, extension, here);
    }
    if (!extension.type().equals("envoy.extensions.clusters.dns.v3.DnsCluster")) {
      problems.error(
          "'"
              + proto.getName()
              + "' is not supported; envoy.cluster.dns, envoy.clusters.aggregate,"
              + " envoy.clusters.dynamic_forward_proxy, and type with STATIC, STRICT_DNS,"
              + " LOGICAL_DNS, EDS and ORIGINAL_DST are");
      return new Discovery.Static();
    }
    DnsCluster dns = extension.parse(DnsCluster.parser(), here);
    if (dns == null) {
      return new Discovery.Static();
    }
    DnsResolverConfig resolver =
        dns.hasTypedDnsResolverConfig()
            ? DnsResolverCompiler.compile(
                dns.getTypedDnsResolverConfig(),
                byDefault(dns.getRespectDnsTtl()),
                here.at("typed_dns_resolver_config"))
            : byDefault(dns.getRespectDnsTtl());
    DnsOptions options =
        options(
            refresh(dns.hasDnsRefreshRate(), dns.getDnsRefreshRate(), here),
            dns.hasDnsFailureRefreshRate(),
            dns.getDnsFailureRefreshRate().getBaseInterval(),
            dns.getDnsFailureRefreshRate().hasMaxInterval(),
            dns.getDnsFailureRefreshRate().getMaxInterval(),
            dns.getRespectDnsTtl(),
            switch (dns.getDnsLookupFamily()) {
              case V4_ONLY -> LookupFamily.V4_ONLY;
              case V6_ONLY -> LookupFamily.V6_ONLY;
              case V4_PREFERRED -> LookupFamily.V4_PREFERRED;
              case ALL -> LookupFamily.ALL;
              case UNSPECIFIED, AUTO, UNRECOGNIZED -> LookupFamily.AUTO;
            },
            Millis.orElse(dns.hasDnsJitter(), dns.getDnsJitter(), 0, here.at("dns_jitter")),
            resolver,
            here);
    return dns.getAllAddressesInSingleEndpoint()
        ? new Discovery.LogicalDns(options)
        : new Discovery.StrictDns(options);
  }

  private static Discovery forwardProxy(
      Cluster cluster, TypedExtension extension, Problems problems) {
    var proto =
        extension.parse(
            io.envoyproxy.envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig.parser(),
            problems);
    if (proto == null) {
      return new Discovery.Static();
    }
    if (proto.hasSubClustersConfig()) {
      problems.unsupported("sub_clusters_config");
    } else if (!proto.hasDnsCacheConfig()) {
      problems.error("dns_cache_config", "is required");
    }
    if (proto.getAllowCoalescedConnections()) {
      problems.ignored("allow_coalesced_connections");
    }
    return new Discovery.ForwardProxy(
        DnsCacheCompiler.compile(proto.getDnsCacheConfig(), problems.at("dns_cache_config")),
        cluster.getTransportSocket().getTypedConfig().getTypeUrl().endsWith(".UpstreamTlsContext")
            ? 443
            : 80,
        proto.getAllowInsecureClusterOptions());
  }

  private static long refresh(boolean has, Duration rate, Problems problems) {
    return Millis.positive(has, rate, DEFAULT_REFRESH_MILLIS, problems.at("dns_refresh_rate"));
  }

  static DnsOptions options(
      long refresh,
      boolean hasFailure,
      Duration failureBase,
      boolean hasFailureMax,
      Duration failureMax,
      boolean respectTtl,
      LookupFamily family,
      long jitter,
      DnsResolverConfig resolver,
      Problems problems) {
    Problems here = problems.at("dns_failure_refresh_rate");
    long base = hasFailure ? Millis.of(failureBase, here.at("base_interval")) : 0;
    long max =
        hasFailure
            ? Millis.orElse(hasFailureMax, failureMax, base * 10, here.at("max_interval"))
            : 0;
    if (max < base) {
      here.error("max_interval", "must be greater than or equal to the base_interval");
    }
    return new DnsOptions(refresh, base, max, respectTtl, family, jitter, resolver);
  }
}
