package io.outrigger.config.filter;

import java.util.Set;

/**
 * envoy.filters.http.grpc_stats.
 *
 * @param methods service/method names that have stats of their own
 * @param replaceDots of services, where all methods have them, by underscores
 */
public record GrpcStatsConfig(
    boolean allMethods, Set<String> methods, boolean enableUpstreamStats, boolean replaceDots)
    implements FilterConfig {
  public GrpcStatsConfig {
    methods = Set.copyOf(methods);
  }
}
