package io.outrigger.config.listener;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.ExtensionConfigSource;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit;
import io.envoyproxy.envoy.extensions.filters.network.direct_response.v3.Config;
import io.envoyproxy.envoy.extensions.filters.network.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.network.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.sni_dynamic_forward_proxy.v3.FilterConfig;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.outrigger.config.cluster.DnsCacheCompiler;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.filter.IstioFilterCompiler;
import io.outrigger.config.filter.IstioStatsConfig;
import io.outrigger.config.filter.RbacConfig;
import io.outrigger.config.filter.SetFilterStateCompiler;
import io.outrigger.config.hcm.HttpConnectionManagerCompiler;
import io.outrigger.config.match.RuntimeFlag;
import io.outrigger.config.ratelimit.TokenBucket;
import io.outrigger.config.ratelimit.TokenBucketCompiler;
import io.outrigger.config.rbac.RbacRulesCompiler;
import io.outrigger.config.source.DataSourceCompiler;
import io.outrigger.config.source.ExtensionDiscoveryCompiler;
import io.outrigger.config.tcp.TcpProxyCompiler;
import io.outrigger.config.tls.PeerExchangeCompiler;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles network filters by the type of their typed_config. */
final class NetworkFilterCompiler {
  static final String SNI_FORWARD_PROXY =
      "envoy.extensions.filters.network.sni_dynamic_forward_proxy.v3.FilterConfig";

  private static final String SET_FILTER_STATE =
      "envoy.extensions.filters.network.set_filter_state.v3.Config";
  private static final String SNI_CLUSTER =
      "envoy.extensions.filters.network.sni_cluster.v3.SniCluster";
  private static final String CONNECTION_LIMIT =
      "envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit";

  private static final String LOCAL_RATE_LIMIT =
      "envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit";

  private static final String RBAC_TYPE = "envoy.extensions.filters.network.rbac.v3.RBAC";

  private static final String EXT_AUTHZ = "envoy.extensions.filters.network.ext_authz.v3.ExtAuthz";

  private static final String RATE_LIMIT =
      "envoy.extensions.filters.network.ratelimit.v3.RateLimit";

  /** The types of filters that pass a connection on to the next. */
  static final Set<String> PASSING =
      Set.of(
          SNI_FORWARD_PROXY,
          SET_FILTER_STATE,
          SNI_CLUSTER,
          CONNECTION_LIMIT,
          LOCAL_RATE_LIMIT,
          RBAC_TYPE,
          EXT_AUTHZ,
          RATE_LIMIT,
          IstioFilterCompiler.STATS,
          PeerExchangeCompiler.TYPE);

  private NetworkFilterCompiler() {}

  /** The filter, or null with a problem. */
  static FilterChain.@Nullable NetworkFilter compile(Filter proto, Problems problems) {
    if (proto.getName().isEmpty()) {
      problems.error("name", "is empty; a filter's name is required");
    }
    if (proto.hasConfigDiscovery()) {
      return new FilterChain.NetworkFilter(
          proto.getName(),
          discovered(proto.getName(), proto.getConfigDiscovery(), problems.at("config_discovery")));
    }
    Problems here = problems.at("typed_config");
    NetworkFilterConfig config = config(TypedExtension.of(proto.getTypedConfig(), here), here);
    return config == null ? null : new FilterChain.NetworkFilter(proto.getName(), config);
  }

  private static NetworkFilterConfig discovered(
      String name, ExtensionConfigSource proto, Problems problems) {
    TypedExtension fallback = ExtensionDiscoveryCompiler.fallback(proto, problems);
    return new NetworkFilterConfig.Discovered(
        ExtensionDiscoveryCompiler.compile(name, proto, problems),
        fallback == null ? null : extension(fallback, problems.at("default_config")));
  }

  /** What ECDS may put in a filter's place, or null with a problem. */
  static @Nullable NetworkFilterConfig extension(TypedExtension extension, Problems problems) {
    NetworkFilterConfig config = config(extension, problems);
    if (config instanceof NetworkFilterConfig.Http) {
      problems.error(
          "the connection manager can't be discovered; its routes and filters can, by rds and"
              + " config_discovery of http_filters");
      return null;
    }
    return config;
  }

  private static @Nullable NetworkFilterConfig config(TypedExtension extension, Problems problems) {
    return switch (extension.type()) {
      case "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager" -> {
        HttpConnectionManager proto = extension.parse(HttpConnectionManager.parser(), problems);
        yield proto == null
            ? null
            : new NetworkFilterConfig.Http(HttpConnectionManagerCompiler.compile(proto, problems));
      }
      case "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy" -> {
        TcpProxy proto = extension.parse(TcpProxy.parser(), problems);
        yield proto == null
            ? null
            : new NetworkFilterConfig.Tcp(TcpProxyCompiler.compile(proto, problems));
      }
      case "envoy.extensions.filters.network.echo.v3.Echo" -> new NetworkFilterConfig.Echo();
      case "envoy.extensions.filters.network.direct_response.v3.Config" -> {
        Config proto = extension.parse(Config.parser(), problems);
        yield proto == null ? null : directResponse(proto, problems);
      }
      case SNI_FORWARD_PROXY -> {
        FilterConfig proto = extension.parse(FilterConfig.parser(), problems);
        yield proto == null ? null : sniForwardProxy(proto, problems);
      }
      case IstioFilterCompiler.STATS -> {
        IstioStatsConfig stats = IstioFilterCompiler.stats(extension, problems);
        yield stats == null ? null : new NetworkFilterConfig.IstioStats(stats);
      }
      case PeerExchangeCompiler.TYPE -> {
        String protocol = PeerExchangeCompiler.protocol(extension, problems);
        yield protocol == null ? null : new NetworkFilterConfig.PeerExchange(protocol);
      }
      case SET_FILTER_STATE -> {
        var proto =
            extension.parse(
                io.envoyproxy.envoy.extensions.filters.network.set_filter_state.v3.Config.parser(),
                problems);
        yield proto == null
            ? null
            : new NetworkFilterConfig.SetFilterState(
                SetFilterStateCompiler.compile(
                    proto.getOnNewConnectionList(), "on_new_connection", problems));
      }
      case SNI_CLUSTER -> new NetworkFilterConfig.SniCluster();
      case CONNECTION_LIMIT -> {
        ConnectionLimit proto = extension.parse(ConnectionLimit.parser(), problems);
        yield proto == null ? null : connectionLimit(proto, problems);
      }
      case LOCAL_RATE_LIMIT -> {
        LocalRateLimit proto = extension.parse(LocalRateLimit.parser(), problems);
        yield proto == null ? null : localRateLimit(proto, problems);
      }
      case EXT_AUTHZ -> {
        ExtAuthz proto = extension.parse(ExtAuthz.parser(), problems);
        yield proto == null ? null : ExtAuthzCompiler.compile(proto, problems);
      }
      case RATE_LIMIT -> {
        RateLimit proto = extension.parse(RateLimit.parser(), problems);
        yield proto == null ? null : RateLimitCompiler.compile(proto, problems);
      }
      case RBAC_TYPE -> {
        RBAC proto = extension.parse(RBAC.parser(), problems);
        yield proto == null ? null : rbac(proto, problems);
      }
      default -> unknown(extension, problems);
    };
  }

  private static NetworkFilterConfig rbac(RBAC proto, Problems problems) {
    if (proto.getStatPrefix().isEmpty()) {
      problems.error("stat_prefix", "is empty; a prefix is required");
    }
    if (proto.getEnforcementType() != RBAC.EnforcementType.ONE_TIME_ON_FIRST_BYTE) {
      problems.warning(
          "enforcement_type", "no filter notes anything later, so the rules are asked once");
    }
    return new NetworkFilterConfig.Rbac(
        new RbacConfig(
            RbacRulesCompiler.either(
                proto.hasRules() ? proto.getRules() : null,
                proto.hasMatcher() ? proto.getMatcher() : null,
                "",
                false,
                problems),
            RbacRulesCompiler.either(
                proto.hasShadowRules() ? proto.getShadowRules() : null,
                proto.hasShadowMatcher() ? proto.getShadowMatcher() : null,
                "shadow_",
                false,
                problems),
            proto.getStatPrefix(),
            proto.getShadowRulesStatPrefix(),
            false),
        Millis.orElse(proto.hasDelayDeny(), proto.getDelayDeny(), 0, problems.at("delay_deny")));
  }

  private static NetworkFilterConfig sniForwardProxy(FilterConfig proto, Problems problems) {
    if (proto.getSaveUpstreamAddress()) {
      problems.ignored("save_upstream_address");
    }
    return new NetworkFilterConfig.SniForwardProxy(
        DnsCacheCompiler.compile(proto.getDnsCacheConfig(), problems.at("dns_cache_config")),
        proto.getPortValue());
  }

  private static NetworkFilterConfig connectionLimit(ConnectionLimit proto, Problems problems) {
    if (proto.getStatPrefix().isEmpty()) {
      problems.error("stat_prefix", "is empty; a prefix is required");
    }
    if (proto.getMaxConnections().getValue() < 1) {
      problems.error("max_connections", "is below 1; 1 or more is allowed");
    }
    return new NetworkFilterConfig.ConnectionLimit(
        proto.getStatPrefix(),
        proto.getMaxConnections().getValue(),
        Millis.orElse(proto.hasDelay(), proto.getDelay(), 0, problems.at("delay")),
        RuntimeFlag.of(proto.hasRuntimeEnabled(), proto.getRuntimeEnabled()));
  }

  private static @Nullable NetworkFilterConfig localRateLimit(
      LocalRateLimit proto, Problems problems) {
    if (proto.getStatPrefix().isEmpty()) {
      problems.error("stat_prefix", "is empty; a prefix is required");
    }
    TokenBucket bucket =
        TokenBucketCompiler.compile(proto.getTokenBucket(), problems.at("token_bucket"));
    return bucket == null
        ? null
        : new NetworkFilterConfig.LocalRateLimit(
            proto.getStatPrefix(),
            bucket,
            RuntimeFlag.of(proto.hasRuntimeEnabled(), proto.getRuntimeEnabled()),
            proto.getShareKey());
  }

  private static NetworkFilterConfig directResponse(Config proto, Problems problems) {
    ByteString response = ByteString.EMPTY;
    if (proto.hasResponse()) {
      Problems here = problems.at("response");
      response =
          DataSourceCompiler.bytes(DataSourceCompiler.compile(proto.getResponse(), here), here);
    }
    return new NetworkFilterConfig.DirectResponse(response);
  }

  private static NetworkFilterConfig.@Nullable Ignored unknown(
      TypedExtension extension, Problems problems) {
    if (extension.isIstios()) {
      problems.warning("'" + extension.type() + "' is not supported; the filter has no effect");
      return new NetworkFilterConfig.Ignored(extension.type());
    }
    problems.error(
        extension.type().isEmpty()
            ? "is required: a filter is chosen by its type, and the name alone is not enough"
            : "Didn't find a registered implementation for type '"
                + extension.type()
                + "'; http_connection_manager, tcp_proxy, echo, direct_response,"
                + " connection_limit, ext_authz, local_ratelimit, ratelimit, rbac, set_filter_state, sni_cluster and sni_dynamic_forward_proxy"
                + " are supported");
    return null;
  }
}
