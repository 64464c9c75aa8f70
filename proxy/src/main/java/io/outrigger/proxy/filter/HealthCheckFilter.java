package io.outrigger.proxy.filter;

import io.outrigger.config.filter.HealthCheckConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.HeaderMatcher;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.cluster.HostSet;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import java.util.Map;

/** envoy.filters.http.health_check: answers health checks, and tells callers of a failed one. */
final class HealthCheckFilter implements HttpFilter {
  private static final HeaderName CHECKED_CLUSTER =
      HeaderName.of("x-envoy-upstream-healthchecked-cluster");

  private final HealthCheckConfig config;

  private HealthCheckFilter(HealthCheckConfig config) {
    this.config = config;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    for (HeaderMatcher matcher : config.headers()) {
      if (!matcher.matches(headers)) {
        return Verdict.CONTINUE;
      }
    }
    exchange.markHealthCheck();
    if (exchange.downstream().drain().isHealthCheckFailed()) {
      return new Verdict.Reply(503, "", "health_check_failed", ResponseFlag.LH, -1);
    }
    if (config.passThroughMode()) {
      return Verdict.CONTINUE;
    }
    return enoughHealthy(exchange)
        ? new Verdict.Reply(200, "", "health_check_ok", null, -1)
        : new Verdict.Reply(503, "", "health_check_failed_cluster_unhealthy", null, -1);
  }

  /** Whether each cluster that is asked of has its share of healthy hosts. */
  private boolean enoughHealthy(Exchange exchange) {
    for (Map.Entry<String, Double> wanted : config.clusterMinHealthyPercentages().entrySet()) {
      WorkerCluster cluster = exchange.scope().clusters().get(wanted.getKey());
      if (cluster == null) {
        return false;
      }
      HostSet hosts = cluster.cluster().hostSet();
      int usable = hosts.healthy() + hosts.degraded();
      if (hosts.size() == 0
          ? wanted.getValue() > 0
          : 100.0 * usable < hosts.size() * wanted.getValue()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    if (exchange.healthCheck()) {
      headers.set(CHECKED_CLUSTER, exchange.scope().node().getCluster());
    }
    if (exchange.downstream().drain().isHealthCheckFailed()) {
      headers.set(HeaderName.X_ENVOY_IMMEDIATE_HEALTH_CHECK_FAIL, "true");
    }
  }

  /** One a worker and chain. */
  record Factory(HealthCheckConfig config) implements HttpFilter.Factory {
    @Override
    public HttpFilter create(Exchange exchange) {
      return new HealthCheckFilter(config);
    }
  }
}
