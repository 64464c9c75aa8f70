package io.outrigger.proxy.filter;

import io.outrigger.config.concurrency.GradientController;
import io.outrigger.config.filter.AdaptiveConcurrencyConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.adaptive_concurrency: answers what is more than the service bears. */
final class AdaptiveConcurrencyFilter implements HttpFilter {
  private final Factory factory;
  private long began;
  private boolean admitted;

  private AdaptiveConcurrencyFilter(Factory factory) {
    this.factory = factory;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    Worker worker = factory.worker;
    if (exchange.healthCheck()) {
      return Verdict.CONTINUE; // faster than what it stands for
    }
    GradientController controller = factory.config.controller();
    long now = worker.nanos();
    boolean admit = controller.admit(now);
    factory.show(controller);
    if (!admit) {
      factory.blocked.inc(worker.index());
      return new Verdict.Reply(
          factory.config.status(),
          "reached concurrency limit",
          "reached_concurrency_limit",
          null,
          -1);
    }
    admitted = true;
    began = now;
    return Verdict.CONTINUE;
  }

  @Override
  public void onDone(Exchange exchange) {
    if (!admitted) {
      return;
    }
    admitted = false;
    GradientController controller = factory.config.controller();
    if (exchange.responseLastSentNanos() != 0) {
      controller.answered(began, factory.worker.nanos(), factory.worker::randomLong);
      factory.show(controller);
    } else {
      controller.cancelled();
    }
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final AdaptiveConcurrencyConfig config;
    private final Worker worker;
    private final Counter blocked;
    private final Gauge burst;
    private final Gauge limit;
    private final Gauge gradient;
    private final Gauge measuring;
    private final Gauge minRtt;
    private final Gauge sampleRtt;

    Factory(
        HttpFilterConfig filter,
        AdaptiveConcurrencyConfig config,
        TerminalFilter.Scope where,
        StatStore store,
        String prefix) {
      this.filter = filter;
      this.config = config;
      this.worker = where.worker();
      String own = prefix + "adaptive_concurrency.gradient_controller.";
      this.blocked = store.counter(own + "rq_blocked");
      this.burst = store.gauge(own + "burst_queue_size");
      this.limit = store.gauge(own + "concurrency_limit");
      this.gradient = store.gauge(own + "gradient");
      this.measuring = store.gauge(own + "min_rtt_calculation_active");
      this.minRtt = store.gauge(own + "min_rtt_msecs");
      this.sampleRtt = store.gauge(own + "sample_rtt_msecs");
      show(config.controller());
    }

    /** All workers write the same. */
    private void show(GradientController controller) {
      burst.set(0, controller.burst());
      limit.set(0, controller.limit());
      gradient.set(0, controller.gradientPerMille());
      measuring.set(0, controller.isMeasuring() ? 1 : 0);
      minRtt.set(0, controller.minRttMillis());
      sampleRtt.set(0, controller.sampleRttMillis());
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      return HttpFilters.effective(filter, exchange, config) != null && config.enabled().holds()
          ? new AdaptiveConcurrencyFilter(this)
          : null;
    }
  }
}
