package io.outrigger.proxy.filter;

import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.RateLimitConfig;
import io.outrigger.config.filter.RateLimitRoute;
import io.outrigger.config.filter.RouteFilterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.ratelimit.Descriptors;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.ratelimit.LimitMessages;
import io.outrigger.proxy.ratelimit.RateLimitService;
import io.outrigger.proxy.ratelimit.RequestDescriptors;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.ratelimit: asks a service whether a request is within its limits. */
final class RateLimitFilter implements HttpFilter {
  private static final String NAMESPACE = "envoy.filters.http.ratelimit";
  private static final String HITS = "envoy.ratelimit.hits_addend";
  private static final HeaderName INTERNAL = HeaderName.of("x-envoy-internal");
  private static final HeaderName RATELIMITED = HeaderName.of("x-envoy-ratelimited");

  private final Factory factory;
  private final RateLimitRoute route;
  private @Nullable WorkerCluster cluster;
  private @Nullable RateLimitService asked;
  private @Nullable RateLimitResponse response;

  /** The verdict on an answer that came within the asking. */
  private @Nullable Verdict early;

  private boolean starting;
  private boolean refused;

  private RateLimitFilter(Factory factory, RateLimitRoute route) {
    this.factory = factory;
    this.route = route;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    RateLimitConfig config = factory.config;
    boolean internal = "true".equals(headers.value(INTERNAL));
    if (config.requests() == RateLimitConfig.Requests.BOTH
        || internal == (config.requests() == RateLimitConfig.Requests.INTERNAL)) {
      String name = RequestDescriptors.destination(exchange);
      cluster = name == null ? null : exchange.scope().clusters().get(name);
    }
    if (cluster == null) {
      return Verdict.CONTINUE;
    }
    Descriptors descriptors = descriptors(exchange, false);
    if (descriptors.size() == 0) {
      return Verdict.CONTINUE;
    }
    starting = true;
    asked = ask(exchange, descriptors, answer -> answered(exchange, answer));
    starting = false;
    return early == null ? Verdict.PAUSE : early;
  }

  private Descriptors descriptors(Exchange exchange, boolean onStreamDone) {
    return factory.descriptors.of(
        exchange,
        route.policies(),
        factory.config.stage(),
        route.virtualHostLimits(),
        onStreamDone);
  }

  private RateLimitService ask(
      Exchange exchange, Descriptors descriptors, RateLimitService.Answer answer) {
    RateLimitConfig config = factory.config;
    String domain = route.domain().isEmpty() ? config.domain() : route.domain();
    return RateLimitService.ask(
        factory.worker,
        exchange.scope().clusters(),
        config.service(),
        config.timeoutMillis(),
        LimitMessages.request(domain, descriptors, hits(exchange)),
        answer);
  }

  /** What filters before this one noted; 0: nothing, or no number. */
  private static int hits(Exchange exchange) {
    var noted = exchange.filterState(HITS);
    try {
      return noted == null ? 0 : Integer.parseUnsignedInt(noted.getStringValue());
    } catch (NumberFormatException notOne) {
      return 0;
    }
  }

  private void answered(Exchange exchange, @Nullable RateLimitResponse answer) {
    asked = null;
    response = answer;
    Verdict verdict = answer == null ? failed() : judged(exchange, answer);
    if (starting) {
      early = verdict;
    } else if (verdict instanceof Verdict.Reply reply) {
      exchange.reply(
          reply.status(), reply.body(), reply.details(), reply.flag(), reply.grpcStatus());
    } else {
      exchange.resume();
    }
  }

  private void count(String name) {
    WorkerCluster of = cluster;
    assert of != null;
    String own = factory.config.statPrefix();
    factory
        .store
        .counter(
            "cluster."
                + of.config().statName()
                + ".ratelimit."
                + (own.isEmpty() ? "" : own + ".")
                + name)
        .inc(factory.worker.index());
  }

  private Verdict failed() {
    RateLimitConfig config = factory.config;
    count("error");
    if (!config.failureModeDeny()) {
      count("failure_mode_allowed");
      return Verdict.CONTINUE;
    }
    return new Verdict.Reply(
        config.statusOnError(), "", "rate_limiter_error", ResponseFlag.RLSE, -1);
  }

  private Verdict judged(Exchange exchange, RateLimitResponse answer) {
    RateLimitConfig config = factory.config;
    if (answer.hasDynamicMetadata()) {
      exchange.metadata().put(NAMESPACE, answer.getDynamicMetadata());
    }
    if (answer.getOverallCode() != RateLimitResponse.Code.OVER_LIMIT) {
      count("ok");
    } else {
      count("over_limit");
      WorkerCluster of = cluster;
      assert of != null;
      of.stats().responses().count(factory.worker.index(), config.status());
      if (config.enforced().admits(factory.worker.randomLong())) {
        refused = true;
        return new Verdict.Reply(
            config.status(),
            answer.getRawBody().toStringUtf8(),
            "request_rate_limited",
            ResponseFlag.RL,
            config.grpcStatus());
      }
    }
    add(answer.getRequestHeadersToAddList(), exchange.request());
    return Verdict.CONTINUE;
  }

  private static void add(List<HeaderValue> added, Headers headers) {
    for (HeaderValue header : added) {
      headers.add(header.getKey().toLowerCase(Locale.ROOT), header.getValue());
    }
  }

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    RateLimitResponse answer = response;
    if (answer == null) {
      return;
    }
    response = null;
    for (HeaderValue header : answer.getResponseHeadersToAddList()) {
      if (refused && header.getKey().equalsIgnoreCase("content-type")) {
        headers.remove(HeaderName.CONTENT_TYPE); // the service's body is not text/plain
      }
    }
    add(answer.getResponseHeadersToAddList(), headers);
    RateLimitConfig config = factory.config;
    if (answer.getOverallCode() == RateLimitResponse.Code.OVER_LIMIT
        && config.ratelimitedHeader()) {
      headers.set(RATELIMITED, "true");
    }
    if (config.limitHeaders()) {
      LimitMessages.addTo(headers, answer);
    }
    if (refused) {
      exchange.scope().mutator().apply(config.responseHeaders(), headers, exchange);
    }
  }

  @Override
  public void onDone(Exchange exchange) {
    RateLimitService open = asked;
    if (open != null) {
      asked = null;
      open.cancel();
    } else if (cluster != null) {
      Descriptors descriptors = descriptors(exchange, true);
      if (descriptors.size() > 0) {
        ask(exchange, descriptors, answer -> {}); // it counts for requests after this one
      }
    }
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final RateLimitConfig config;
    private final Worker worker;
    private final StatStore store;
    private final RequestDescriptors descriptors = new RequestDescriptors();

    Factory(
        HttpFilterConfig filter,
        RateLimitConfig config,
        TerminalFilter.Scope where,
        StatStore store) {
      this.filter = filter;
      this.config = config;
      this.worker = where.worker();
      this.store = store;
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      if (HttpFilters.effective(filter, exchange, config) == null
          || !config.enabled().admits(worker.randomLong())) {
        return null;
      }
      Route found = exchange.route();
      RouteFilterConfig own = found == null ? null : found.filterConfig(filter.name());
      return new RateLimitFilter(
          this,
          own != null && own.config() instanceof RateLimitRoute said ? said : RateLimitRoute.NONE);
    }
  }
}
