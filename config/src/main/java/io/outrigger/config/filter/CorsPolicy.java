package io.outrigger.config.filter;

import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.match.StringMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route's CORS policy.
 *
 * @param maxAge empty: none
 * @param allowCredentials null: not said
 * @param filterEnabled null: on
 * @param shadowEnabled null: off
 */
public record CorsPolicy(
    List<StringMatcher> allowOrigins,
    String allowMethods,
    String allowHeaders,
    String exposeHeaders,
    String maxAge,
    @Nullable Boolean allowCredentials,
    @Nullable RuntimeFraction filterEnabled,
    @Nullable RuntimeFraction shadowEnabled,
    boolean allowPrivateNetworkAccess,
    boolean forwardNotMatchingPreflights)
    implements FilterConfig {
  public CorsPolicy {
    allowOrigins = List.copyOf(allowOrigins);
  }
}
