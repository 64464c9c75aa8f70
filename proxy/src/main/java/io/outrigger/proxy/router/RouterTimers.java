package io.outrigger.proxy.router;

import io.outrigger.proxy.cluster.ClusterStats;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.Failure;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.concurrent.TimeUnit;

/**
 * Runs the time-outs of one request: of its response, of each try, and the wait before the next.
 *
 * <p>The response's time begins when the request has come whole; a try's when it was sent whole.
 */
final class RouterTimers {
  final RouterTimeouts limits = new RouterTimeouts();
  private final Router router;
  private final Exchange exchange;
  private final Worker worker;
  private final Timeout response;
  private final Timeout perTry;
  private final Timeout backOff;
  private boolean perTryIdle;

  RouterTimers(Router router, Exchange exchange) {
    this.router = router;
    this.exchange = exchange;
    this.worker = exchange.worker();
    this.response = new Timeout(worker.timers(), this::onResponseTimeout);
    this.perTry = new Timeout(worker.timers(), this::onPerTryTimeout);
    this.backOff = new Timeout(worker.timers(), router::startAttempt);
  }

  void requestEnded(long now) {
    if (limits.responseMillis > 0) {
      response.arm(TimeUnit.MILLISECONDS.toNanos(limits.responseMillis), now);
    }
  }

  void requestSent() {
    if (limits.perTryMillis > 0) {
      perTryIdle = false;
      perTry.arm(TimeUnit.MILLISECONDS.toNanos(limits.perTryMillis));
    } else if (limits.perTryIdleMillis > 0) {
      perTryIdle = true;
      perTry.arm(TimeUnit.MILLISECONDS.toNanos(limits.perTryIdleMillis));
    }
  }

  void tryAgainIn(long millis) {
    backOff.arm(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  void tryEnded() {
    perTry.cancel();
  }

  void responseEnded() {
    response.cancel();
  }

  void cancel() {
    response.cancel();
    perTry.cancel();
    backOff.cancel();
  }

  private void onResponseTimeout() {
    WorkerCluster to = router.cluster();
    router.stats().timedOut(to);
    router.attemptTimedOut();
    if (!exchange.responseBegun()) {
      router.stats().answered(to, Failure.RESPONSE_TIMEOUT.status());
    }
    if (limits.alternative) {
      exchange.reply(
          204, "", Failure.RESPONSE_TIMEOUT.details(), Failure.RESPONSE_TIMEOUT.flag(), -1);
    } else {
      exchange.fail(Failure.RESPONSE_TIMEOUT);
    }
  }

  private void onPerTryTimeout() {
    ClusterStats stats = router.cluster().stats();
    (perTryIdle ? stats.upstreamRqPerTryIdleTimeout : stats.upstreamRqPerTryTimeout)
        .inc(worker.index());
    router.onPerTryTimeout(perTryIdle ? Failure.PER_TRY_IDLE_TIMEOUT : Failure.PER_TRY_TIMEOUT);
  }
}
