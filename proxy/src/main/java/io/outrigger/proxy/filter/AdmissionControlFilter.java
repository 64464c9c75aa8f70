package io.outrigger.proxy.filter;

import io.outrigger.config.filter.AdmissionControlConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.accesslog.GrpcStatusText;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.admission_control: answers a share of requests that grows with failures. */
final class AdmissionControlFilter implements HttpFilter {
  private static final int ACCURACY = 10_000;

  private final Factory factory;
  private boolean recorded;

  private AdmissionControlFilter(Factory factory) {
    this.factory = factory;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    if (exchange.healthCheck()) {
      return Verdict.CONTINUE;
    }
    Worker worker = factory.worker;
    SuccessWindow window = factory.window;
    window.advance(worker.nanos());
    if (window.averageRps() >= factory.config.rpsThreshold().value()
        && rejects(factory.config, window, worker.randomLong())) {
      factory.rejected.inc(worker.index());
      return new Verdict.Reply(503, "", "denied_by_admission_control", null, -1);
    }
    recorded = true;
    return Verdict.CONTINUE;
  }

  /** The formula of sr_threshold and aggression. */
  static boolean rejects(AdmissionControlConfig config, SuccessWindow window, long random) {
    double threshold = Math.min(100, config.successThreshold().value()) / 100;
    double requests = window.requests();
    double probability = (requests - window.successes() / threshold) / (requests + 1);
    double aggression = config.aggression().value();
    if (aggression > 1 && probability > 0) {
      probability = Math.pow(probability, 1 / aggression);
    }
    double most = Math.min(100, config.maxRejection().value()) / 100;
    return ACCURACY * Math.min(probability, most) > Long.remainderUnsigned(random, ACCURACY);
  }

  @Override
  public void onDone(Exchange exchange) {
    if (!recorded) {
      return;
    }
    recorded = false;
    Headers response = exchange.responseHeaders();
    if (response == null) {
      return; // the client went away
    }
    if (!GrpcStatusText.isGrpc(response)) {
      record(factory.config.isHttpSuccess(exchange.responseCode()));
    } else {
      int status = GrpcStatusText.answered(exchange);
      if (status >= 0) { // else it broke off, which as in Envoy is neither
        record(factory.config.isGrpcSuccess(status));
      }
    }
  }

  private void record(boolean success) {
    (success ? factory.succeeded : factory.failed).inc(factory.worker.index());
    factory.window.advance(factory.worker.nanos());
    factory.window.record(success);
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final AdmissionControlConfig config;
    private final Worker worker;
    private final SuccessWindow window;
    private final Counter rejected;
    private final Counter succeeded;
    private final Counter failed;

    Factory(
        HttpFilterConfig filter,
        AdmissionControlConfig config,
        TerminalFilter.Scope where,
        StatStore store,
        String prefix) {
      this.filter = filter;
      this.config = config;
      this.worker = where.worker();
      this.window = new SuccessWindow(config.windowNanos());
      this.rejected = store.counter(prefix + "admission_control.rq_rejected");
      this.succeeded = store.counter(prefix + "admission_control.rq_success");
      this.failed = store.counter(prefix + "admission_control.rq_failure");
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      return HttpFilters.effective(filter, exchange, config) != null && config.enabled().holds()
          ? new AdmissionControlFilter(this)
          : null;
    }
  }
}
