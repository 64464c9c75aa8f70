package io.outrigger.config.filter;

import io.outrigger.config.match.HeaderMatcher;
import java.util.List;
import java.util.Map;

/**
 * envoy.filters.http.health_check.
 *
 * @param cacheTimeMillis 0: no cache
 * @param clusterMinHealthyPercentages empty: not looked at
 */
public record HealthCheckConfig(
    boolean passThroughMode,
    long cacheTimeMillis,
    List<HeaderMatcher> headers,
    Map<String, Double> clusterMinHealthyPercentages)
    implements FilterConfig {
  public HealthCheckConfig {
    headers = List.copyOf(headers);
    clusterMinHealthyPercentages = Map.copyOf(clusterMinHealthyPercentages);
  }
}
