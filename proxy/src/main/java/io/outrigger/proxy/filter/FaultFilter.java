package io.outrigger.proxy.filter;

import io.netty.buffer.ByteBuf;
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

/** envoy.filters.http.fault: delays requests, answers some with an error, slows responses down. */
final class FaultFilter implements HttpFilter {
  private static final HeaderName DELAY = HeaderName.of("x-envoy-fault-delay-request");
  private static final HeaderName ABORT = HeaderName.of("x-envoy-fault-abort-request");
  private static final HeaderName ABORT_GRPC = HeaderName.of("x-envoy-fault-abort-grpc-request");

  private static final HeaderName DELAY_PERCENTAGE =
      HeaderName.of("x-envoy-fault-delay-request-percentage");
  private static final HeaderName ABORT_PERCENTAGE =
      HeaderName.of("x-envoy-fault-abort-request-percentage");
  private static final HeaderName RATE = HeaderName.of("x-envoy-fault-throughput-response");
  private static final HeaderName RATE_PERCENTAGE =
      HeaderName.of("x-envoy-fault-throughput-response-percentage");
  private static final long FILL_MILLIS = 50;
  private static final long MOST_KIB = Integer.MAX_VALUE;

  private final Factory factory;
  private final FaultConfig config;
  private @Nullable Timeout delay;
  private @Nullable BodyPace pace;
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
    limitResponse(exchange, headers);
    long millis = delayMillis(headers);
    if (millis > 0 && activate()) {
      factory.delays.inc(cell);
      exchange.addFlag(ResponseFlag.DI);
      Verdict abort = abort(headers);
      Timeout timer = new Timeout(factory.worker.timers(), () -> afterDelay(exchange, abort));
      delay = timer;
      timer.arm(TimeUnit.MILLISECONDS.toNanos(millis));
      return Verdict.PAUSE;
    }
    Verdict abort = abort(headers);
    if (abort instanceof Verdict.Continue || !activate()) {
      return Verdict.CONTINUE;
    }
    factory.aborts.inc(cell);
    return abort;
  }

  /** An exchange counts once, however many faults it gets. */
  private boolean activate() {
    if (!active) {
      double most = config.maxActiveFaults().value();
      if (most >= 0 && factory.active.value() >= most) {
        factory.overflow.inc(factory.worker.index());
        return false;
      }
      active = true;
      factory.active.inc(factory.worker.index());
    }
    return true;
  }

  private void limitResponse(Exchange exchange, Headers headers) {
    FaultConfig.RateLimit wanted = config.responseRateLimit();
    if (wanted == null
        || !admits(wanted.percentage(), wanted.fromHeader(), RATE_PERCENTAGE, headers)) {
      return;
    }
    long kib = wanted.fromHeader() ? number(headers, RATE) : wanted.kilobytesPerSecond();
    if (kib <= 0 || !activate()) {
      return;
    }
    factory.limited.inc(factory.worker.index());
    pace =
        new BodyPace(
            factory.worker,
            BodyPace.ofOne(Math.min(kib, MOST_KIB) * 1024, FILL_MILLIS, factory.worker.nanos()),
            FILL_MILLIS,
            exchange.downstream().bufferLimit(),
            new LimitedResponse(exchange, this));
  }

  /** The response's way out. */
  private record LimitedResponse(Exchange exchange, FaultFilter filter) implements BodyPace.Way {
    @Override
    public void pass(ByteBuf data, boolean end) {
      exchange.filters().response().passData(filter, data, end);
    }

    @Override
    public void ended() {
      exchange.filters().response().passTrailers(filter);
    }

    @Override
    public void full(boolean now) {
      exchange.filters().response().full(now);
    }

    @Override
    public void passed(long bytes, boolean limited) {}
  }

  @Override
  public boolean touchesBodies() {
    return config.responseRateLimit() != null;
  }

  @Override
  public @Nullable ByteBuf onResponseData(Exchange exchange, ByteBuf data, boolean endStream) {
    if (pace == null) {
      return data;
    }
    pace.add(data, endStream);
    return null;
  }

  @Override
  public boolean passesResponseTrailers(Exchange exchange, Headers trailers) {
    if (pace == null || pace.isEmpty()) {
      return true;
    }
    pace.trailersFollow();
    return false;
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
    if (wanted == null
        || !admits(wanted.percentage(), wanted.fromHeader(), DELAY_PERCENTAGE, headers)) {
      return 0;
    }
    return wanted.fromHeader() ? number(headers, DELAY) : (long) wanted.fixedMillis().value();
  }

  private Verdict abort(Headers headers) {
    FaultConfig.Abort wanted = config.abort();
    if (wanted == null
        || !admits(wanted.percentage(), wanted.fromHeader(), ABORT_PERCENTAGE, headers)) {
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
    int status = (int) wanted.httpStatus().value();
    return status > 0 ? reply(status, -1) : reply(200, (int) wanted.grpcStatus().value());
  }

  private static Verdict reply(int status, int grpcStatus) {
    return new Verdict.Reply(
        status, "fault filter abort", "fault_filter_abort", ResponseFlag.FI, grpcStatus);
  }

  /** A fault from a header may be made rarer, not more frequent, by another. */
  private boolean admits(
      RuntimeFraction fraction, boolean fromHeader, HeaderName lower, Headers headers) {
    long random = factory.worker.randomLong();
    long wanted = fromHeader ? number(headers, lower) : -1;
    if (wanted < 0 || wanted >= fraction.numerator()) {
      return fraction.admits(random);
    }
    return new RuntimeFraction((int) wanted, fraction.denominator(), fraction.runtimeKey())
        .admits(random);
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
    if (pace != null) {
      pace.close();
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
    private final Counter limited;
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
      this.limited = store.counter(prefix + "fault.response_rl_injected");
      this.overflow = store.counter(prefix + "fault.faults_overflow");
      this.active = store.gauge(prefix + "fault.active_faults");
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      return HttpFilters.effective(filter, exchange, config) instanceof FaultConfig fault
              && (fault.delay() != null
                  || fault.abort() != null
                  || fault.responseRateLimit() != null)
          ? new FaultFilter(this, fault)
          : null;
    }
  }
}
