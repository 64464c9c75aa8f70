package io.outrigger.config.filter;

import io.outrigger.config.route.HeaderMutations;

/** envoy.filters.http.header_mutation, for the chain or a route. */
public record HeaderMutationConfig(
    HeaderMutations request, HeaderMutations response, boolean mostSpecificWins)
    implements FilterConfig {}
