package io.outrigger.config.route;

import io.outrigger.config.filter.RouteFilterConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a level of a route table hands down to the one below: table to virtual host to route.
 *
 * @param requestHeaders mutations of this level and those above, in the order that applies
 * @param mostSpecificWins mutations of a level above come before those below
 * @param maxDirectResponseBody bytes
 */
record RouteLevel(
    HeaderMutations requestHeaders,
    HeaderMutations responseHeaders,
    Map<String, RouteFilterConfig> filterConfigs,
    List<MirrorPolicy> mirrorPolicies,
    @Nullable RetryPolicy retryPolicy,
    ForwardAction.@Nullable HedgePolicy hedgePolicy,
    long requestBodyBufferLimit,
    boolean mostSpecificWins,
    long maxDirectResponseBody) {

  /** Mutations of this level and of the level below it, in the order that applies. */
  HeaderMutations merge(HeaderMutations above, HeaderMutations below) {
    return mostSpecificWins ? above.then(below) : below.then(above);
  }
}
