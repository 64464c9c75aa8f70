package io.outrigger.config.listener;

import io.envoyproxy.envoy.config.core.v3.ExtensionConfigSource;
import io.envoyproxy.envoy.config.core.v3.ProxyProtocolConfig;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.listener.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.listener.original_src.v3.OriginalSrc;
import io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.match.RuntimeFlag;
import io.outrigger.config.proxyprotocol.TlvCompiler;
import io.outrigger.config.ratelimit.TokenBucket;
import io.outrigger.config.ratelimit.TokenBucketCompiler;
import io.outrigger.config.source.ExtensionDiscoveryCompiler;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles listener filters, and adds those that a listener's matches need. */
final class ListenerFilterCompiler {
  private static final int DEFAULT_MAX_CLIENT_HELLO = 16 * 1024;

  private ListenerFilterCompiler() {}

  static List<ListenerFilter> compile(Listener proto, List<FilterChain> chains, Problems problems) {
    List<ListenerFilter> filters = new ArrayList<>();
    for (int i = 0; i < proto.getListenerFiltersCount(); i++) {
      ListenerFilter filter =
          filter(proto.getListenerFilters(i), problems.at("listener_filters", i));
      if (filter != null) {
        filters.add(filter);
      }
    }
    if (proto.getUseOriginalDst().getValue()
        && !has(filters, ListenerFilterConfig.OriginalDst.class)) {
      filters.add(
          new ListenerFilter(
              "envoy.filters.listener.original_dst", new ListenerFilterConfig.OriginalDst(), null));
    }
    if (needsTlsInspector(chains) && !has(filters, ListenerFilterConfig.TlsInspector.class)) {
      problems.warning(
          "listener_filters",
          "filter chain match rules require the TLS inspector, which is not configured; it is"
              + " added");
      filters.add(
          new ListenerFilter(
              "envoy.filters.listener.tls_inspector",
              new ListenerFilterConfig.TlsInspector(DEFAULT_MAX_CLIENT_HELLO, false, false),
              null));
    }
    return filters;
  }

  private static boolean has(
      List<ListenerFilter> filters, Class<? extends ListenerFilterConfig> type) {
    return filters.stream().anyMatch(filter -> type.isInstance(filter.config()));
  }

  private static boolean needsTlsInspector(List<FilterChain> chains) {
    for (FilterChain chain : chains) {
      FilterChainMatch match = chain.match();
      if (match.transportProtocol().equals("tls")
          || (match.transportProtocol().isEmpty()
              && (!match.serverNames().isEmpty() || !match.applicationProtocols().isEmpty()))) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable ListenerFilter filter(
      io.envoyproxy.envoy.config.listener.v3.ListenerFilter proto, Problems problems) {
    Problems here = problems.at("typed_config");
    ListenerFilterConfig config =
        proto.hasConfigDiscovery()
            ? discovered(
                proto.getName(), proto.getConfigDiscovery(), problems.at("config_discovery"))
            : config(TypedExtension.of(proto.getTypedConfig(), here), here);
    if (config == null) {
      return null;
    }
    return new ListenerFilter(
        proto.getName(),
        config,
        proto.hasFilterDisabled()
            ? ListenerFilterPredicateCompiler.compile(
                proto.getFilterDisabled(), problems.at("filter_disabled"))
            : null);
  }

  private static ListenerFilterConfig discovered(
      String name, ExtensionConfigSource proto, Problems problems) {
    TypedExtension fallback = ExtensionDiscoveryCompiler.fallback(proto, problems);
    return new ListenerFilterConfig.Discovered(
        ExtensionDiscoveryCompiler.compile(name, proto, problems),
        fallback == null ? null : config(fallback, problems.at("default_config")));
  }

  /** The filter of this type, or null with a problem. */
  static @Nullable ListenerFilterConfig config(TypedExtension extension, Problems problems) {
    return switch (extension.type()) {
      case "envoy.extensions.filters.listener.original_dst.v3.OriginalDst" ->
          new ListenerFilterConfig.OriginalDst();
      case "envoy.extensions.filters.listener.original_src.v3.OriginalSrc" -> {
        OriginalSrc proto = extension.parse(OriginalSrc.parser(), problems);
        yield proto == null ? null : originalSrc(proto, problems);
      }
      case "envoy.extensions.filters.listener.http_inspector.v3.HttpInspector" ->
          new ListenerFilterConfig.HttpInspector();
      case "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector" -> {
        TlsInspector proto = extension.parse(TlsInspector.parser(), problems);
        yield proto == null ? null : tlsInspector(proto, problems);
      }
      case "envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol" -> {
        ProxyProtocol proto = extension.parse(ProxyProtocol.parser(), problems);
        yield proto == null ? null : proxyProtocol(proto);
      }
      case "envoy.extensions.filters.listener.local_ratelimit.v3.LocalRateLimit" -> {
        LocalRateLimit proto = extension.parse(LocalRateLimit.parser(), problems);
        yield proto == null ? null : localRateLimit(proto, problems);
      }
      default -> unknown(extension, problems);
    };
  }

  private static ListenerFilterConfig.@Nullable Ignored unknown(
      TypedExtension extension, Problems problems) {
    if (extension.isIstios()) {
      problems.warning("'" + extension.type() + "' is not supported; the filter has no effect");
      return new ListenerFilterConfig.Ignored(extension.type());
    }
    problems.error(
        extension.type().isEmpty()
            ? "is required: a filter is chosen by its type, and the name alone is not enough"
            : "Didn't find a registered implementation for type '"
                + extension.type()
                + "'; original_dst, original_src, tls_inspector, http_inspector, local_ratelimit and proxy_protocol are"
                + " supported");
    return null;
  }

  private static @Nullable ListenerFilterConfig localRateLimit(
      LocalRateLimit proto, Problems problems) {
    if (proto.getStatPrefix().isEmpty()) {
      problems.error("stat_prefix", "is empty; a prefix is required");
    }
    TokenBucket bucket =
        TokenBucketCompiler.compile(proto.getTokenBucket(), problems.at("token_bucket"));
    return bucket == null
        ? null
        : new ListenerFilterConfig.LocalRateLimit(
            proto.getStatPrefix(),
            bucket,
            RuntimeFlag.of(proto.hasRuntimeEnabled(), proto.getRuntimeEnabled()));
  }

  private static ListenerFilterConfig originalSrc(OriginalSrc proto, Problems problems) {
    if (proto.getBindPort()) {
      problems.ignored("bind_port"); // as in Envoy
    }
    return new ListenerFilterConfig.OriginalSrc(proto.getMark());
  }

  private static ListenerFilterConfig tlsInspector(TlsInspector proto, Problems problems) {
    if (proto.getEnableJa3Fingerprinting().getValue()) {
      problems.ignored("enable_ja3_fingerprinting");
    }
    return new ListenerFilterConfig.TlsInspector(
        DEFAULT_MAX_CLIENT_HELLO, proto.getEnableJa3Fingerprinting().getValue(), false);
  }

  private static ListenerFilterConfig proxyProtocol(ProxyProtocol proto) {
    Set<Integer> disallowed = new HashSet<>();
    for (ProxyProtocolConfig.Version version : proto.getDisallowedVersionsList()) {
      disallowed.add(version == ProxyProtocolConfig.Version.V2 ? 2 : 1);
    }
    List<ListenerFilterConfig.TlvRule> rules = new ArrayList<>();
    for (ProxyProtocol.Rule rule : proto.getRulesList()) {
      String namespace = rule.getOnTlvPresent().getMetadataNamespace();
      rules.add(
          new ListenerFilterConfig.TlvRule(
              rule.getTlvType(),
              namespace.isEmpty() ? "envoy.filters.listener.proxy_protocol" : namespace,
              rule.getOnTlvPresent().getKey()));
    }
    return new ListenerFilterConfig.ProxyProtocol(
        proto.getAllowRequestsWithoutProxyProtocol(),
        disallowed,
        rules,
        TlvCompiler.passThrough(proto.hasPassThroughTlvs(), proto.getPassThroughTlvs()),
        proto.getStatPrefix());
  }
}
