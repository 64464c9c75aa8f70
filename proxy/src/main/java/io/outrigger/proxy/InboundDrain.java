package io.outrigger.proxy;

import io.outrigger.proxy.listener.Listeners;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends what comes in while what goes out is served: callers are asked to go, and no new ones are
 * taken. On the configuration loop.
 */
final class InboundDrain {
  private static final long CHECK_MILLIS = 20;

  /**
   * How long no request may have been in flight; callers need a moment to hear that they must go.
   */
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Worker main;
  private final StatStore stats;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private long quietSince;

  private InboundDrain(Worker main, StatStore stats) {
    this.main = main;
    this.stats = stats;
    this.quietSince = main.nanos();
  }

  /** Begins; the future is done when no inbound request is in flight. */
  static CompletableFuture<Void> begin(Worker main, StatStore stats, Listeners listeners) {
    listeners.startDrain(true);
    listeners.stopListening(true);
    InboundDrain drain = new InboundDrain(main, stats);
    drain.check();
    return drain.done;
  }

  private void check() {
    long now = main.nanos();
    if (inFlight() > 0) {
      quietSince = now;
    }
    if (now - quietSince >= QUIET_NANOS) {
      done.complete(null);
    } else {
      main.loop().schedule(this::check, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Requests on connection managers whose statistics are named as Istio names inbound ones. */
  private long inFlight() {
    long sum = 0;
    for (Gauge gauge : stats.gauges()) {
      if (gauge.name().startsWith("http.inbound")
          && gauge.name().endsWith(".downstream_rq_active")) {
        sum += gauge.own();
      }
    }
    return sum;
  }
}
