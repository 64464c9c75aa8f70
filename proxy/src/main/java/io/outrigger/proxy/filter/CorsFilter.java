package io.outrigger.proxy.filter;

import io.outrigger.config.filter.CorsPolicy;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.match.StringMatcher;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.cors: answers preflights, and tells browsers which origins may read. */
final class CorsFilter implements HttpFilter {
  private static final HeaderName ORIGIN = HeaderName.of("origin");
  private static final HeaderName REQUEST_METHOD = HeaderName.of("access-control-request-method");
  private static final HeaderName REQUEST_PRIVATE =
      HeaderName.of("access-control-request-private-network");
  private static final HeaderName ALLOW_ORIGIN = HeaderName.of("access-control-allow-origin");
  private static final HeaderName ALLOW_CREDENTIALS =
      HeaderName.of("access-control-allow-credentials");
  private static final HeaderName ALLOW_METHODS = HeaderName.of("access-control-allow-methods");
  private static final HeaderName ALLOW_HEADERS = HeaderName.of("access-control-allow-headers");
  private static final HeaderName EXPOSE_HEADERS = HeaderName.of("access-control-expose-headers");
  private static final HeaderName MAX_AGE = HeaderName.of("access-control-max-age");
  private static final HeaderName ALLOW_PRIVATE =
      HeaderName.of("access-control-allow-private-network");

  private final Factory factory;
  private final CorsPolicy policy;
  private @Nullable String allowed;

  private CorsFilter(Factory factory, CorsPolicy policy) {
    this.factory = factory;
    this.policy = policy;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    String origin = headers.value(ORIGIN);
    if (origin == null) {
      return Verdict.CONTINUE;
    }
    boolean enabled =
        policy.filterEnabled() == null
            || policy.filterEnabled().admits(factory.worker.randomLong());
    RuntimeFraction shadow = policy.shadowEnabled();
    if (!enabled && (shadow == null || !shadow.admits(factory.worker.randomLong()))) {
      return Verdict.CONTINUE;
    }
    boolean matches = matches(origin);
    (matches ? factory.valid : factory.invalid).inc(factory.worker.index());
    if (!enabled) {
      return Verdict.CONTINUE; // in shadow mode it only counts
    }
    boolean isPreflight =
        "OPTIONS".equals(headers.value(HeaderName.METHOD)) && headers.value(REQUEST_METHOD) != null;
    if (matches) {
      allowed = origin;
    }
    if (!isPreflight || (!matches && policy.forwardNotMatchingPreflights())) {
      return Verdict.CONTINUE;
    }
    Headers reply = factory.worker.headers().take();
    reply.add(HeaderName.STATUS, "200");
    if (matches) {
      add(reply, ALLOW_METHODS, policy.allowMethods());
      add(reply, ALLOW_HEADERS, policy.allowHeaders());
      add(reply, MAX_AGE, policy.maxAge());
      if (policy.allowPrivateNetworkAccess() && "true".equals(headers.value(REQUEST_PRIVATE))) {
        add(reply, ALLOW_PRIVATE, "true");
      }
    }
    exchange.replyWith(reply, new byte[0], "cors_response");
    return Verdict.PAUSE;
  }

  private boolean matches(String origin) {
    for (StringMatcher matcher : policy.allowOrigins()) {
      if (matcher.matches(origin)) {
        return true;
      }
    }
    return false;
  }

  private static void add(Headers headers, HeaderName name, String value) {
    if (!value.isEmpty()) {
      headers.add(name, value);
    }
  }

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    String origin = allowed;
    if (origin == null) {
      return;
    }
    headers.set(ALLOW_ORIGIN, origin);
    if (Boolean.TRUE.equals(policy.allowCredentials())) {
      headers.set(ALLOW_CREDENTIALS, "true");
    }
    if (!policy.exposeHeaders().isEmpty()) {
      headers.set(EXPOSE_HEADERS, policy.exposeHeaders());
    }
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final Worker worker;
    private final Counter valid;
    private final Counter invalid;

    Factory(HttpFilterConfig filter, TerminalFilter.Scope where, StatStore store, String prefix) {
      this.filter = filter;
      this.worker = where.worker();
      this.valid = store.counter(prefix + "cors.origin_valid");
      this.invalid = store.counter(prefix + "cors.origin_invalid");
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      return HttpFilters.effective(filter, exchange, filter.config()) instanceof CorsPolicy policy
          ? new CorsFilter(this, policy)
          : null;
    }
  }
}
