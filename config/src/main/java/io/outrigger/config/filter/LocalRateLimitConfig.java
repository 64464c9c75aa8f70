package io.outrigger.config.filter;

import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.ratelimit.TokenBucket;
import io.outrigger.config.route.HeaderMutations;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.http.local_ratelimit: how many requests a proxy lets through.
 *
 * @param bucket null where nothing is limited
 * @param status of the reply to a request over the limit
 * @param grpcStatus of the reply to a gRPC request, or -1 for what the status maps to
 * @param limitHeaders whether responses carry x-ratelimit-limit, -remaining and -reset
 */
public record LocalRateLimitConfig(
    String statPrefix,
    @Nullable TokenBucket bucket,
    RuntimeFraction enabled,
    RuntimeFraction enforced,
    int status,
    int grpcStatus,
    HeaderMutations requestHeadersWhenNotEnforced,
    HeaderMutations responseHeaders,
    boolean limitHeaders)
    implements FilterConfig {}
