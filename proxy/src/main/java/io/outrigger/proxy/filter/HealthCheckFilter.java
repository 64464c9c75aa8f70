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
import io.outrigger.proxy.router.UpstreamStatus;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.health_check: answers health checks, and tells callers of a failed one. */
final class HealthCheckFilter implements HttpFilter {
  private static final HeaderName CHECKED_CLUSTER =
      HeaderName.of("x-envoy-upstream-healthchecked-cluster");

  private final HealthCheckConfig config;

  private static final HeaderName DEGRADED = HeaderName.of("x-envoy-degraded");

  private final Cache cache;

  private boolean matched;

  /** Whether this answers from the cache that the upstream said it was degraded. */
  private boolean degraded;

  private HealthCheckFilter(HealthCheckConfig config, Cache cache) {
    this.config = config;
    this.cache = cache;
  }

  /** What the upstream last said of itself; a worker's. */
  private static final class Cache {
    private int status;
    private boolean degraded;
    private long untilNanos;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    for (HeaderMatcher matcher : config.headers()) {
      if (!matcher.matches(headers)) {
        return Verdict.CONTINUE;
      }
    }
    matched = true;
    exchange.markHealthCheck();
    if (exchange.downstream().drain().isHealthCheckFailed()) {
      return new Verdict.Reply(503, "", "health_check_failed", ResponseFlag.LH, -1);
    }
    if (config.passThroughMode()) {
      return cache.status == 0 || exchange.worker().nanos() - cache.untilNanos >= 0
          ? Verdict.CONTINUE
          : cached();
    }
    String ill = tooIll(exchange);
    return ill == null
        ? new Verdict.Reply(200, "", "health_check_ok", null, -1)
        : new Verdict.Reply(503, "", ill, ResponseFlag.LH, -1);
  }

  private Verdict cached() {
    degraded = cache.degraded;
    boolean well = cache.status >= 200 && cache.status < 300;
    return new Verdict.Reply(
        cache.status, "", "health_check_cached", well ? null : ResponseFlag.LH, -1);
  }

  /** Why some cluster that is asked of lacks its share of healthy hosts; null: none does. */
  private @Nullable String tooIll(Exchange exchange) {
    for (Map.Entry<String, Double> wanted : config.clusterMinHealthyPercentages().entrySet()) {
      WorkerCluster cluster = exchange.scope().clusters().get(wanted.getKey());
      if (cluster == null) {
        return "health_check_failed_no_cluster_found";
      }
      HostSet hosts = cluster.cluster().hostSet();
      int usable = hosts.healthy() + hosts.degraded();
      if (hosts.size() == 0 && wanted.getValue() > 0) {
        return "health_check_failed_cluster_empty";
      }
      if (100.0 * usable < hosts.size() * wanted.getValue()) {
        return "health_check_failed_cluster_unhealthy";
      }
    }
    return null;
  }

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    if (matched) {
      if (degraded) {
        headers.set(DEGRADED, "");
      } else if (config.cacheTimeMillis() > 0) {
        remember(exchange, headers);
      }
      headers.set(CHECKED_CLUSTER, exchange.scope().node().getCluster());
    }
    if (exchange.downstream().drain().isHealthCheckFailed()) {
      headers.set(HeaderName.X_ENVOY_IMMEDIATE_HEALTH_CHECK_FAIL, "true");
    }
  }

  /** Keeps what an answer of the upstream says; one from here says nothing new. */
  private void remember(Exchange exchange, Headers headers) {
    long now = exchange.worker().nanos();
    if (cache.status == 0 || now - cache.untilNanos >= 0) {
      cache.status = UpstreamStatus.of(headers);
      cache.degraded = headers.contains(DEGRADED);
      cache.untilNanos = now + TimeUnit.MILLISECONDS.toNanos(config.cacheTimeMillis());
    }
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HealthCheckConfig config;
    private final Cache cache = new Cache();

    Factory(HealthCheckConfig config) {
      this.config = config;
    }

    @Override
    public HttpFilter create(Exchange exchange) {
      return new HealthCheckFilter(config, cache);
    }
  }
}
