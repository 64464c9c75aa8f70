package io.outrigger.proxy.router;

import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.Failure;
import io.outrigger.proxy.retry.RetryDecision;
import io.outrigger.proxy.retry.RetryState;
import io.outrigger.proxy.stream.ResetReason;

/** What happens when the time of one try is up: it is given up, or another is made beside it. */
final class TryTimeout {
  private final Router router;
  private final Exchange exchange;
  private boolean reason;

  TryTimeout(Router router, Exchange exchange) {
    this.router = router;
    this.exchange = exchange;
  }

  /** Whether such a time-out was why the request was tried again (x-envoy-is-timeout-retry). */
  boolean isReason() {
    return reason;
  }

  void forget() {
    reason = false;
  }

  /** The newest attempt goes on, and another may be made beside it. */
  void hedge() {
    Attempt late = router.tries().newest();
    router.cluster().onSoftTimeout(late.host(), exchange.upstream().firstSentNanos());
    RetryState retry = router.retry();
    if (retry == null || exchange.response().begun()) {
      return;
    }
    RetryDecision decision = retry.onHedge();
    if (decision == RetryDecision.RETRY) {
      late.retried = true;
      reason = true;
      router.tryAgain();
    } else {
      router.note(decision);
    }
  }

  /** The newest attempt is given up, and perhaps tried again. */
  void giveUp(Failure failure) {
    WorkerCluster to = router.cluster();
    Attempt attempt = router.tries().newest();
    router.timers().tryEnded();
    to.onTimeout(attempt.host(), exchange.upstream().firstSentNanos(), false);
    router.tries().reset(attempt);
    if (exchange.response().begun()) {
      exchange.fail(failure);
      return;
    }
    RetryState retry = router.retry();
    if (retry != null) {
      RetryDecision decision = retry.onReset(ResetReason.LOCAL_RESET, true);
      if (decision == RetryDecision.RETRY) {
        reason = true;
        router.tryAgain();
        return;
      }
      router.note(decision);
    }
    router.stats().answered(to, failure.status());
    exchange.fail(failure);
  }

  /** This attempt's stream has lasted as long as the cluster, or the request, lets it. */
  void onDuration(Attempt attempt) {
    WorkerCluster to = router.cluster();
    to.stats().upstreamRqMaxDurationReached.inc(exchange.worker().index());
    Failure failure =
        exchange.requestComplete()
            ? Failure.UPSTREAM_MAX_STREAM_DURATION_RESPONSE
            : Failure.UPSTREAM_MAX_STREAM_DURATION_REQUEST;
    if (attempt == router.tries().newest()) {
      router.timers().tryEnded();
    }
    router.tries().leave(attempt);
    if (exchange.response().begun()) {
      exchange.fail(failure);
      return;
    }
    RetryState retry = attempt.retried ? null : router.retry();
    if (retry != null) {
      RetryDecision decision = retry.onReset(ResetReason.LOCAL_RESET, true);
      if (decision == RetryDecision.RETRY) {
        router.tryAgain();
        return;
      }
      router.note(decision);
    }
    if (router.tries().mayAnswer()) {
      return; // a hedged one is under way
    }
    exchange.fail(failure);
  }
}
