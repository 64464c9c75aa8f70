package io.outrigger.config.filter;

import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.match.StringMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.http.csrf, for the chain or a route.
 *
 * @param shadow null: never
 * @param additionalOrigins hosts, with their ports, that requests may come from besides their own
 */
public record CsrfConfig(
    RuntimeFraction enabled,
    @Nullable RuntimeFraction shadow,
    List<StringMatcher> additionalOrigins)
    implements FilterConfig {
  public CsrfConfig {
    additionalOrigins = List.copyOf(additionalOrigins);
  }
}
