package io.outrigger.proxy.router;

import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.Failure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one request: the newest, and beside it, where a policy hedges, those before it
 * whose time was up and that may be answered all the same.
 */
@SuppressWarnings("ReferenceEquality") // which attempt it is, is the question
final class Attempts {
  private final Router router;
  private final Exchange exchange;
  private Attempt newest;
  private @Nullable ArrayList<Attempt> late;

  Attempts(Router router, Exchange exchange) {
    this.router = router;
    this.exchange = exchange;
    this.newest = new Attempt(router);
  }

  Attempt newest() {
    return newest;
  }

  /** The next attempt, to be started; the one before goes on if it still does. */
  Attempt next() {
    if (newest.isActive()) {
      if (late == null) {
        late = new ArrayList<>(2);
      }
      late.add(newest);
      newest = new Attempt(router);
    }
    return newest;
  }

  /** Whether an attempt is under way, or waited for, that has not been answered. */
  boolean mayAnswer() {
    return newest.isActive() || isHedged() || router.timers().isBackingOff();
  }

  /** Whether an attempt other than this one may bring an answer. */
  boolean mayAnswerBeside(Attempt one) {
    return router.timers().isBackingOff()
        || (one != newest && newest.isActive())
        || (late != null && late.size() > (late.contains(one) ? 1 : 0));
  }

  private boolean isHedged() {
    return late != null && !late.isEmpty();
  }

  /** Gives up one whose answer isn't wanted, or that has ended. */
  void leave(Attempt over) {
    if (over.isActive()) {
      reset(over);
    }
    if (late != null) {
      late.remove(over);
    }
  }

  /** This attempt's answer is the request's: the others are given up. */
  void settleOn(Attempt answered) {
    if (answered != newest) {
      router.timers().tryEnded();
      reset(newest);
      leftLate().remove(answered);
      newest = answered;
      exchange.upstream().answeredBy(answered.host(), answered.info());
    }
    if (isHedged()) {
      leftLate().forEach(this::reset);
      leftLate().clear();
    }
    router.timers().cancelBackOff();
  }

  private List<Attempt> leftLate() {
    return late == null ? List.of() : late;
  }

  /** The whole request's time is up, for all that is under way. */
  void timedOut() {
    timedOut(newest);
    for (Attempt attempt : leftLate()) {
      timedOut(attempt);
    }
  }

  private void timedOut(Attempt attempt) {
    if (!attempt.isActive()) {
      return;
    }
    WorkerCluster to = router.cluster();
    router.stats().timedOut(to);
    to.onTimeout(attempt.host(), exchange.upstream().firstSentNanos(), attempt.retried);
    if (!exchange.response().begun()) {
      router.stats().answered(to, Failure.RESPONSE_TIMEOUT.status());
    }
  }

  /** The request is over: what is under way is cancelled or reset. */
  void giveUp() {
    giveUp(newest);
    if (isHedged()) {
      leftLate().forEach(this::giveUp);
      leftLate().clear();
    }
  }

  /** Gives up one that is under way; HTTP/1 has no resets, so none is counted there. */
  void reset(Attempt attempt) {
    UpstreamInfo info = attempt.info();
    if (attempt.stream() != null && info != null && "HTTP/2".equals(info.protocol())) {
      router.cluster().stats().upstreamRqTxReset.inc(router.worker().index());
    }
    attempt.cancel();
  }

  private void giveUp(Attempt attempt) {
    if (attempt.isActive()) {
      if (attempt.stream() == null) {
        router.cluster().stats().upstreamRqCancelled.inc(router.worker().index());
      }
      reset(attempt);
    }
  }
}
