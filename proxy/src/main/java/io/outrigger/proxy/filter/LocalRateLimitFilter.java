package io.outrigger.proxy.filter;

import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.LocalRateLimitConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.ratelimit.Descriptors;
import io.outrigger.config.ratelimit.LocalDecision;
import io.outrigger.config.ratelimit.LocalLimiter;
import io.outrigger.config.ratelimit.TokenBucket;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.ratelimit.RequestDescriptors;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.local_ratelimit: lets requests through while a bucket has tokens. */
final class LocalRateLimitFilter implements HttpFilter {
  private static final HeaderName LIMIT = HeaderName.of("x-ratelimit-limit");
  private static final HeaderName REMAINING = HeaderName.of("x-ratelimit-remaining");
  private static final HeaderName RESET = HeaderName.of("x-ratelimit-reset");
  private static final String SENTENCE = "local_rate_limited"; // the body and the details

  private static final long NANOS_A_SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final Descriptors NONE = new Descriptors();

  private final Factory factory;
  private final LocalRateLimitConfig config;
  private final Stats stats;
  private @Nullable TokenBucket shown;
  private boolean refused;

  private LocalRateLimitFilter(Factory factory, LocalRateLimitConfig config, Stats stats) {
    this.factory = factory;
    this.config = config;
    this.stats = stats;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    Worker worker = factory.worker;
    int cell = worker.index();
    stats.enabled.inc(cell);
    LocalDecision decision = factory.decision;
    decide(exchange, decision);
    shown = decision.bucket();
    if (decision.allowed()) {
      stats.ok.inc(cell);
      return Verdict.CONTINUE;
    }
    stats.limited.inc(cell);
    if (!config.enforced().admits(worker.randomLong())) {
      exchange.scope().mutator().apply(config.requestHeadersWhenNotEnforced(), headers, exchange);
      return Verdict.CONTINUE;
    }
    stats.enforced.inc(cell);
    refused = true;
    return new Verdict.Reply(
        config.status(), SENTENCE, SENTENCE, ResponseFlag.RL, config.grpcStatus());
  }

  private void decide(Exchange exchange, LocalDecision decision) {
    LocalLimiter limiter = config.limiter();
    Descriptors descriptors =
        limiter.hasDescriptors()
            ? factory.descriptors.of(
                exchange, config.policies(), config.stage(), config.virtualHostLimits(), false)
            : NONE;
    if (config.perConnection()) {
      limiter = exchange.downstream().ownLimiter(limiter);
    }
    double share = config.shared() ? exchange.scope().clusters().localShare() : 1;
    limiter.decide(descriptors, factory.worker.nanos(), share, decision);
  }

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    if (refused) {
      exchange.scope().mutator().apply(config.responseHeaders(), headers, exchange);
    }
    TokenBucket bucket = shown;
    if (bucket != null && config.limitHeaders()) {
      long now = factory.worker.nanos();
      headers.set(LIMIT, Long.toString(bucket.max()));
      headers.set(REMAINING, Long.toString(bucket.left(now)));
      headers.set(RESET, Long.toString(Math.ceilDiv(bucket.nanosToNext(now), NANOS_A_SECOND)));
    }
  }

  /** Counters under one stat_prefix. */
  private static final class Stats {
    final Counter enabled;
    final Counter enforced;
    final Counter limited;
    final Counter ok;

    Stats(StatStore store, String prefix) {
      enabled = store.counter(prefix + ".http_local_rate_limit.enabled");
      enforced = store.counter(prefix + ".http_local_rate_limit.enforced");
      limited = store.counter(prefix + ".http_local_rate_limit.rate_limited");
      ok = store.counter(prefix + ".http_local_rate_limit.ok");
      store.counter(prefix + ".http_local_rate_limit.shadow_mode"); // no descriptor is in it yet
    }
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final LocalRateLimitConfig config;
    private final Worker worker;
    private final StatStore store;
    private final Map<String, Stats> byPrefix = new HashMap<>();
    private final RequestDescriptors descriptors = new RequestDescriptors();
    private final LocalDecision decision = new LocalDecision();

    Factory(
        HttpFilterConfig filter,
        LocalRateLimitConfig config,
        TerminalFilter.Scope where,
        StatStore store) {
      this.filter = filter;
      this.config = config;
      this.worker = where.worker();
      this.store = store;
      stats(config);
    }

    private Stats stats(LocalRateLimitConfig of) {
      Stats known = byPrefix.get(of.statPrefix());
      if (known == null) {
        known = new Stats(store, of.statPrefix());
        byPrefix.put(of.statPrefix(), known);
      }
      return known;
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      return HttpFilters.effective(filter, exchange, config) instanceof LocalRateLimitConfig own
              && own.enabled().admits(worker.randomLong())
          ? new LocalRateLimitFilter(this, own, stats(own))
          : null;
    }
  }
}
