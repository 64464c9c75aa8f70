package io.outrigger.proxy.router;

import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.Failure;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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

  /** Made when they are asked for first, as most routes know one of them only. */
  private @Nullable Timeout response;

  private boolean responseAwaited;
  private long responseDue;

  /** Whether {@link #response} runs, and until when. */
  private boolean responseArmed;

  private long responseRuns;
  private @Nullable Timeout perTry;
  private @Nullable Timeout perTryIdle;
  private @Nullable Timeout backOff;

  RouterTimers(Router router, Exchange exchange, TryTimeout tries) {
    this.router = router;
    this.tries = tries;
    this.exchange = exchange;
    this.worker = exchange.worker();
  }

  private Timeout timeout(Runnable action) {
    return new Timeout(worker.timers(), action);
  }

  void requestEnded(long now) {
    if (limits.responseMillis > 0) {
      responseDue = now + TimeUnit.MILLISECONDS.toNanos(limits.responseMillis);
      responseAwaited = true;
      if (!responseArmed || responseDue - responseRuns < 0) {
        armResponse(now);
      }
    }
  }

  /** It runs on from one request to the next, and looks then what time the one has that waits. */
  private void armResponse(long now) {
    if (response == null) {
      response = timeout(this::onResponseTimer);
    }
    response.arm(responseDue - now, now);
    responseRuns = responseDue;
    responseArmed = true;
  }

  private void onResponseTimer() {
    responseArmed = false;
    if (!responseAwaited) {
      return;
    }
    long now = worker.nanos();
    if (responseDue - now > 0) {
      armResponse(now);
    } else {
      responseAwaited = false;
      onResponseTimeout();
    }
  }

  void requestSent() {
    if (limits.perTryMillis > 0) {
      if (perTry == null) {
        perTry = timeout(this::onPerTryTimeout);
      }
      perTry.arm(TimeUnit.MILLISECONDS.toNanos(limits.perTryMillis));
    }
    armIdle();
  }

  private void armIdle() {
    if (limits.perTryIdleMillis > 0) {
      if (perTryIdle == null) {
        perTryIdle = timeout(this::onPerTryIdleTimeout);
      }
      perTryIdle.arm(TimeUnit.MILLISECONDS.toNanos(limits.perTryIdleMillis));
    }
  }

  /** A part of the response came: the try isn't idle. */
  void active() {
    if (limits.perTryIdleMillis > 0 && perTryIdle != null && perTryIdle.isArmed()) {
      armIdle();
    }
  }

  /** The response has begun: only idleness can end it now. */
  void tryAnswered() {
    Timeout.disarmIfMade(perTry);
    active();
  }

  /** Whether another attempt is waited for. */
  boolean isBackingOff() {
    return backOff != null && backOff.isArmed();
  }

  void cancelBackOff() {
    Timeout.disarmIfMade(backOff);
  }

  void tryAgainIn(long millis) {
    if (backOff == null) {
      backOff = timeout(router::startAttempt);
    }
    backOff.arm(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  void tryEnded() {
    Timeout.disarmIfMade(perTry);
    Timeout.disarmIfMade(perTryIdle);
  }

  void responseEnded() {
    responseAwaited = false;
  }

  /** The request has ended; another may follow. */
  void end() {
    responseEnded();
    tryEnded();
    cancelBackOff();
  }

  /** No other follows soon: the wheel lets go of the router. */
  void unlink() {
    Timeout.cancelIfMade(response);
    responseArmed = false;
    Timeout.cancelIfMade(perTry);
    Timeout.cancelIfMade(perTryIdle);
    Timeout.cancelIfMade(backOff);
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

  void streamLasted(Attempt attempt) {
    tries.onDuration(attempt);
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
