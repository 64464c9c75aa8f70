package io.outrigger.proxy.filter;

import io.outrigger.config.filter.FaultConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.HeaderMatcher;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.route.ClusterChoice;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.fault: delays requests and answers some with an error. */
final class FaultFilter implements HttpFilter {
  private static final HeaderName DELAY = HeaderName.of("x-envoy-fault-delay-request");
  private static final HeaderName ABORT = HeaderName.of("x-envoy-fault-abort-request");
  private static final HeaderName ABORT_GRPC = HeaderName.of("x-envoy-fault-abort-grpc-request");

  private final Factory factory;
  private final FaultConfig config;
  private @Nullable Timeout delay;
  private boolean active;

  private FaultFilter(Factory factory, FaultConfig config) {
    this.factory = factory;
    this.config = config;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    if (!concerns(exchange, headers)) {
      return Verdict.CONTINUE;
    }
    int cell = factory.worker.index();
    long millis = delayMillis(headers);
    Verdict abort = abort(headers);
    if (millis <= 0 && abort instanceof Verdict.Continue) {
      return abort;
    }
    if (config.maxActiveFaults() > 0 && factory.active.value() >= config.maxActiveFaults()) {
      factory.overflow.inc(cell);
      return Verdict.CONTINUE;
    }
    active = true;
    factory.active.inc(cell);
    if (millis <= 0) {
      factory.aborts.inc(cell);
      return abort;
    }
    factory.delays.inc(cell);
    exchange.addFlag(ResponseFlag.DI);
    Timeout timer = new Timeout(factory.worker.timers(), () -> afterDelay(exchange, abort));
    delay = timer;
    timer.arm(TimeUnit.MILLISECONDS.toNanos(millis));
    return Verdict.PAUSE;
  }

  private void afterDelay(Exchange exchange, Verdict abort) {
    if (abort instanceof Verdict.Reply reply) {
      factory.aborts.inc(factory.worker.index());
      exchange.reply(
          reply.status(), reply.body(), reply.details(), reply.flag(), reply.grpcStatus());
    } else {
      exchange.resume();
    }
  }

  private boolean concerns(Exchange exchange, Headers headers) {
    for (HeaderMatcher matcher : config.headers()) {
      if (!matcher.matches(headers)) {
        return false;
      }
    }
    if (!config.downstreamNodes().isEmpty()) {
      String node = headers.value(HeaderName.of("x-envoy-downstream-service-node"));
      if (node == null || !config.downstreamNodes().contains(node)) {
        return false;
      }
    }
    return config.upstreamCluster().isEmpty()
        || config.upstreamCluster().equals(cluster(exchange.route()));
  }

  private static @Nullable String cluster(@Nullable Route route) {
    return route != null
            && route.action() instanceof ForwardAction forward
            && forward.cluster() instanceof ClusterChoice.Single single
        ? single.cluster()
        : null;
  }

  private long delayMillis(Headers headers) {
    FaultConfig.Delay wanted = config.delay();
    if (wanted == null || !admits(wanted.percentage())) {
      return 0;
    }
    return wanted.fromHeader() ? number(headers, DELAY) : wanted.fixedMillis();
  }

  private Verdict abort(Headers headers) {
    FaultConfig.Abort wanted = config.abort();
    if (wanted == null || !admits(wanted.percentage())) {
      return Verdict.CONTINUE;
    }
    if (wanted.fromHeader()) {
      long grpc = number(headers, ABORT_GRPC);
      long status = number(headers, ABORT);
      if (status < 200 || status > 599) {
        return grpc < 0 ? Verdict.CONTINUE : reply(200, (int) grpc);
      }
      return reply((int) status, (int) grpc);
    }
    return wanted.httpStatus() > 0
        ? reply(wanted.httpStatus(), -1)
        : reply(200, wanted.grpcStatus());
  }

  private static Verdict reply(int status, int grpcStatus) {
    return new Verdict.Reply(
        status, "fault filter abort", "fault_filter_abort", ResponseFlag.FI, grpcStatus);
  }

  private boolean admits(RuntimeFraction fraction) {
    return fraction.admits(factory.worker.randomLong());
  }

  private static long number(Headers headers, HeaderName name) {
    String value = headers.value(name);
    if (value == null) {
      return -1;
    }
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException notANumber) {
      return -1;
    }
  }

  @Override
  public void onDone(Exchange exchange) {
    if (delay != null) {
      delay.cancel();
    }
    if (active) {
      factory.active.dec(factory.worker.index());
    }
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final FaultConfig config;
    private final Worker worker;
    private final Counter delays;
    private final Counter aborts;
    private final Counter overflow;
    private final Gauge active;

    Factory(
        HttpFilterConfig filter,
        FaultConfig config,
        TerminalFilter.Scope where,
        StatStore store,
        String prefix) {
      this.filter = filter;
      this.config = config;
      this.worker = where.worker();
      this.delays = store.counter(prefix + "fault.delays_injected");
      this.aborts = store.counter(prefix + "fault.aborts_injected");
      this.overflow = store.counter(prefix + "fault.faults_overflow");
      this.active = store.gauge(prefix + "fault.active_faults");
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      return HttpFilters.effective(filter, exchange, config) instanceof FaultConfig fault
              && (fault.delay() != null || fault.abort() != null)
          ? new FaultFilter(this, fault)
          : null;
    }
  }
}
