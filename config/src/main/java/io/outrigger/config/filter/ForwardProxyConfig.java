package io.outrigger.config.filter;

import io.outrigger.config.cluster.DnsCacheConfig;

/** envoy.filters.http.dynamic_forward_proxy: asks DNS for the host that a request names. */
public record ForwardProxyConfig(DnsCacheConfig cache) implements FilterConfig {}
