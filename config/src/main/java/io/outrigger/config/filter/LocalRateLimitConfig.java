package io.outrigger.config.filter;

import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.ratelimit.LocalLimiter;
import io.outrigger.config.ratelimit.RateLimitPolicy;
import io.outrigger.config.route.HeaderMutations;
import java.util.List;

/**
 * envoy.filters.http.local_ratelimit: how many requests a proxy lets through.
 *
 * @param perConnection each connection has buckets of its own, of which the limiter is the model
 * @param shared the tokens are for all proxies of the local cluster together
 * @param policies make the descriptors; empty: those of the route and its virtual host do
 * @param stage of those of the route and its virtual host
 * @param status of the reply to a request over the limit
 * @param grpcStatus of the reply to a gRPC request, or -1 for what the status maps to
 * @param limitHeaders whether responses carry x-ratelimit-limit, -remaining and -reset
 */
public record LocalRateLimitConfig(
    String statPrefix,
    LocalLimiter limiter,
    boolean perConnection,
    boolean shared,
    List<RateLimitPolicy> policies,
    int stage,
    VirtualHostLimits virtualHostLimits,
    RuntimeFraction enabled,
    RuntimeFraction enforced,
    int status,
    int grpcStatus,
    HeaderMutations requestHeadersWhenNotEnforced,
    HeaderMutations responseHeaders,
    boolean limitHeaders)
    implements FilterConfig {}
