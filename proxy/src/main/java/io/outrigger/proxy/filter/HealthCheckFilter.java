package io.outrigger.proxy.filter;

import io.outrigger.config.filter.HealthCheckConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.HeaderMatcher;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;

/** envoy.filters.http.health_check: answers health checks, and tells callers of a failed one. */
final class HealthCheckFilter implements HttpFilter {
  private static final HeaderName IMMEDIATE_FAIL =
      HeaderName.of("x-envoy-immediate-health-check-fail");

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
    return config.passThroughMode()
        ? Verdict.CONTINUE
        : new Verdict.Reply(200, "", "health_check_ok", null, -1);
  }

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    if (exchange.downstream().drain().isHealthCheckFailed()) {
      headers.set(IMMEDIATE_FAIL, "true");
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
