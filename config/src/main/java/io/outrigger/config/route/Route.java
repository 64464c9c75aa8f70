package io.outrigger.config.route;

import io.outrigger.config.filter.RouteFilterConfig;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.ratelimit.RateLimitPolicy;
import io.outrigger.config.tracing.RouteTracing;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A route: its match, its action, and what goes with it.
 *
 * <p>Mutations are the route's, virtual host's and table's in the order that applies; a weighted
 * cluster's own replace them (they hold all four levels). Filter configurations are merged too.
 *
 * @param decorator operation of the trace span; empty: none
 * @param propagateDecorator whether the other side is told the operation
 * @param tracing null: the connection manager's alone
 * @param statPrefix {@code vhost.HOST.route.PREFIX.}; empty: no route stats
 * @param requestBodyBufferLimit bytes kept for a retry; -1: the connection's limit
 */
public record Route(
    String name,
    RouteMatch match,
    RouteAction action,
    Metadata metadata,
    HeaderMutations requestHeaders,
    HeaderMutations responseHeaders,
    Map<String, RouteFilterConfig> filterConfigs,
    String decorator,
    boolean propagateDecorator,
    @Nullable RouteTracing tracing,
    String statPrefix,
    long requestBodyBufferLimit,
    VirtualHostFacts virtualHost) {
  public Route {
    filterConfigs = Map.copyOf(filterConfigs);
  }

  public @Nullable RouteFilterConfig filterConfig(String filterName) {
    return filterConfigs.get(filterName);
  }

  /**
   * What a route knows of its virtual host.
   *
   * @param tableName the route table's name
   * @param virtualClusters ends with one for all other requests, if there are any
   */
  public record VirtualHostFacts(
      String name,
      String tableName,
      boolean includeRequestAttemptCount,
      boolean includeAttemptCountInResponse,
      boolean includeIsTimeoutRetryHeader,
      List<VirtualCluster> virtualClusters,
      Metadata metadata,
      List<RateLimitPolicy> rateLimits) {
    public VirtualHostFacts {
      rateLimits = List.copyOf(rateLimits);
      virtualClusters = List.copyOf(virtualClusters);
    }
  }
}
