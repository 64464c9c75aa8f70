package io.outrigger.config.filter;

import io.envoyproxy.envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_forward_proxy.v3.PerRouteConfig;
import io.outrigger.config.cluster.DnsCacheCompiler;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.HeaderText;

/** Compiles the dynamic_forward_proxy filter's messages. */
final class ForwardProxyCompiler {
  private ForwardProxyCompiler() {}

  static ForwardProxyConfig compile(FilterConfig proto, Problems problems) {
    if (proto.hasSubClusterConfig()) {
      problems.unsupported("sub_cluster_config");
    } else if (!proto.hasDnsCacheConfig()) {
      problems.error("dns_cache_config", "is required");
    }
    if (proto.getSaveUpstreamAddress()) {
      problems.ignored("save_upstream_address");
    }
    return new ForwardProxyConfig(
        DnsCacheCompiler.compile(proto.getDnsCacheConfig(), problems.at("dns_cache_config")));
  }

  static ForwardProxyHost compile(PerRouteConfig proto) {
    return new ForwardProxyHost(
        HeaderText.of(proto.getHostRewriteLiteral()),
        proto.getHostRewriteHeader().isEmpty()
            ? null
            : HeaderName.of(proto.getHostRewriteHeader()).inRequests());
  }
}
