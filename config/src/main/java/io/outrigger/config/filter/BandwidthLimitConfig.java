package io.outrigger.config.filter;

import io.outrigger.config.match.RuntimeFlag;
import io.outrigger.config.ratelimit.TokenBucket;

/**
 * envoy.filters.http.bandwidth_limit, for the chain or a route.
 *
 * @param bytes one bucket for all requests and responses that this limits, of a second's bytes
 * @param fillMillis how often what waits gets what the bucket has
 * @param trailers whether responses end with trailers that tell how long bodies took
 * @param trailerPrefix of the trailers' names, with its dash
 */
public record BandwidthLimitConfig(
    String statPrefix,
    RuntimeFlag enabled,
    boolean requests,
    boolean responses,
    TokenBucket bytes,
    long fillMillis,
    boolean trailers,
    String trailerPrefix)
    implements FilterConfig {}
