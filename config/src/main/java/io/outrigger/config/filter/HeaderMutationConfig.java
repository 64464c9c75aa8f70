package io.outrigger.config.filter;

import io.outrigger.config.route.HeaderMutations;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.http.header_mutation, for the chain or a route.
 *
 * @param lessSpecific what the virtual host or the table says beside a route; null: nothing
 */
public record HeaderMutationConfig(
    HeaderMutations request,
    HeaderMutations response,
    boolean mostSpecificWins,
    @Nullable HeaderMutationConfig lessSpecific)
    implements FilterConfig {

  /** This level's changes, and those of the levels above it. */
  HeaderMutationConfig over(HeaderMutationConfig above) {
    return new HeaderMutationConfig(request, response, mostSpecificWins, above);
  }
}
