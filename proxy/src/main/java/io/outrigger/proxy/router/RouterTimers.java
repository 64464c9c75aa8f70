package io.outrigger.proxy.router;

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
  private final TryTimeout tries;
  private final Exchange exchange;
  private final Worker worker;
  private final Timeout response;
  private final Timeout perTry;
  private final Timeout perTryIdle;
  private final Timeout backOff;

  RouterTimers(Router router, Exchange exchange, TryTimeout tries) {
    this.router = router;
    this.tries = tries;
    this.exchange = exchange;
    this.worker = exchange.worker();
    this.response = new Timeout(worker.timers(), this::onResponseTimeout);
    this.perTry = new Timeout(worker.timers(), this::onPerTryTimeout);
    this.perTryIdle = new Timeout(worker.timers(), this::onPerTryIdleTimeout);
    this.backOff = new Timeout(worker.timers(), router::startAttempt);
  }

  void requestEnded(long now) {
    if (limits.responseMillis > 0) {
      response.arm(TimeUnit.MILLISECONDS.toNanos(limits.responseMillis), now);
    }
  }

  void requestSent() {
    if (limits.perTryMillis > 0) {
      perTry.arm(TimeUnit.MILLISECONDS.toNanos(limits.perTryMillis));
    }
    armIdle();
  }

  private void armIdle() {
    if (limits.perTryIdleMillis > 0) {
      perTryIdle.arm(TimeUnit.MILLISECONDS.toNanos(limits.perTryIdleMillis));
    }
  }

  /** A part of the response came: the try isn't idle. */
  void active() {
    if (limits.perTryIdleMillis > 0 && perTryIdle.isArmed()) {
      armIdle();
    }
  }

  /** The response has begun: only idleness can end it now. */
  void tryAnswered() {
    perTry.cancel();
    active();
  }

  /** Whether another attempt is waited for. */
  boolean isBackingOff() {
    return backOff.isArmed();
  }

  void cancelBackOff() {
    backOff.cancel();
  }

  void tryAgainIn(long millis) {
    backOff.arm(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  void tryEnded() {
    perTry.cancel();
    perTryIdle.cancel();
  }

  void responseEnded() {
    response.cancel();
  }

  void cancel() {
    response.cancel();
    tryEnded();
    backOff.cancel();
  }

  private void onResponseTimeout() {
    router.tries().timedOut();
    if (limits.alternative) {
      exchange.reply(
          204, "", Failure.RESPONSE_TIMEOUT.details(), Failure.RESPONSE_TIMEOUT.flag(), -1);
    } else {
      exchange.fail(Failure.RESPONSE_TIMEOUT);
    }
  }

  private void onPerTryTimeout() {
    if (limits.hedge) {
      tries.hedge();
      return;
    }
    router.cluster().stats().upstreamRqPerTryTimeout.inc(worker.index());
    tries.giveUp(Failure.PER_TRY_TIMEOUT);
  }

  private void onPerTryIdleTimeout() {
    if (limits.hedge) {
      tries.hedge();
      return;
    }
    router.cluster().stats().upstreamRqPerTryIdleTimeout.inc(worker.index());
    tries.giveUp(Failure.PER_TRY_IDLE_TIMEOUT);
  }
}
