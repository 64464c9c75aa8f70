package io.outrigger.config.filter;

import io.outrigger.config.ratelimit.RateLimitPolicy;
import java.util.List;

/**
 * What a route says of envoy.filters.http.ratelimit.
 *
 * @param policies make the descriptors; empty: those of the route and its virtual host do
 * @param domain empty: the filter's
 */
public record RateLimitRoute(
    VirtualHostLimits virtualHostLimits, List<RateLimitPolicy> policies, String domain)
    implements FilterConfig {
  /** Of a route that says nothing. */
  public static final RateLimitRoute NONE =
      new RateLimitRoute(VirtualHostLimits.OVERRIDE, List.of(), "");
}
