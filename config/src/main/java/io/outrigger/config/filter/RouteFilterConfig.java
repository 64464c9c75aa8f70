package io.outrigger.config.filter;

import org.jspecify.annotations.Nullable;

/**
 * What a route says of a filter: turned off, or on with this configuration.
 *
 * @param config null: the chain's
 */
public record RouteFilterConfig(boolean disabled, @Nullable FilterConfig config) {
  /**
   * Header mutations and ext_authz's extensions of all levels hold; of other filters the most
   * specific level holds.
   */
  RouteFilterConfig over(@Nullable RouteFilterConfig above) {
    if (above != null
        && config instanceof ExtAuthzRoute own
        && above.config instanceof ExtAuthzRoute less) {
      return new RouteFilterConfig(disabled, own.over(less));
    }
    return above != null
            && config instanceof HeaderMutationConfig own
            && above.config instanceof HeaderMutationConfig less
        ? new RouteFilterConfig(disabled, own.over(less))
        : this;
  }
}
