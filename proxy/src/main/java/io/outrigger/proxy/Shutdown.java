package io.outrigger.proxy;

import io.outrigger.proxy.drain.DrainState;
import io.outrigger.proxy.listener.Listeners;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The proxy's way out: no new connections, clients asked to go, and the end when nothing is in
 * flight. On the configuration loop.
 *
 * <p>An open connection without a request doesn't hold the end up, but its client may be about to
 * send one: the end comes when no request has begun for a second. A proxied TCP connection does.
 */
final class Shutdown {
  private static final long CHECK_MILLIS = 20;
  private static final long SERVE_MILLIS = 100;
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Worker main;
  private final StatStore stats;
  private final Listeners listeners;
  private final DrainState drain;
  private final Runnable close;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private boolean begun;
  private long deadline;
  private long requests = -1;
  private long quietSince;

  Shutdown(Worker main, StatStore stats, Listeners listeners, DrainState drain, Runnable close) {
    this.main = main;
    this.stats = stats;
    this.listeners = listeners;
    this.drain = drain;
    this.close = close;
  }

  /** True for the one who closes. */
  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  CompletableFuture<Void> closed() {
    return closed;
  }

  boolean isBegun() {
    return begun;
  }

  /**
   * Goes on listening for that long, with inbound callers asked to go, and then until nothing is in
   * flight; then ends. All within the drain time.
   */
  void beginAfter(Duration minimum) {
    if (begun || deadline != 0) {
      begin();
      return;
    }
    Log.MAIN.info(
        "serving on for at least "
            + minimum.toSeconds()
            + " s, at most "
            + drain.drainTime().toSeconds()
            + " s");
    deadline = main.nanos() + drain.drainTime().toNanos();
    quietSince = main.nanos();
    listeners.startDrain(true);
    serveOut(main.nanos() + minimum.toNanos());
  }

  private void serveOut(long least) {
    if (begun || claimed.get()) {
      return;
    }
    long now = main.nanos();
    boolean quiet = isQuiet(now);
    if ((now - least >= 0 && quiet) || now - deadline >= 0) {
      begin();
    } else {
      main.loop().schedule(() -> serveOut(least), SERVE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** No proxied connection, and no request for a second. */
  private boolean isQuiet(long now) {
    long total = requestsBegun();
    if (total != requests || requestsActive() > 0) {
      requests = total;
      quietSince = now;
    }
    return listeners.connections() <= httpConnections() && now - quietSince >= QUIET_NANOS;
  }

  /** Begins to drain; a second call ends at once. */
  void begin() {
    if (begun) {
      end("asked again");
      return;
    }
    begun = true;
    Log.MAIN.info("draining for at most " + drain.drainTime().toSeconds() + " s");
    if (deadline == 0) {
      deadline = main.nanos() + drain.drainTime().toNanos();
      quietSince = main.nanos();
    }
    drain.healthCheckFailed(true);
    drain.beginAtOnce();
    listeners.stopListening(false);
    check();
  }

  /** Ends without draining. */
  void now() {
    begun = true;
    end("asked to quit");
  }

  private void check() {
    if (claimed.get()) {
      return;
    }
    long now = main.nanos();
    boolean quiet = isQuiet(now);
    if (listeners.connections() == 0) {
      end("no connection is left");
    } else if (quiet) {
      end("no request is in flight");
    } else if (now >= deadline) {
      end("the drain time is over");
    } else {
      main.loop().schedule(this::check, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void end(String why) {
    Log.MAIN.info("closing: " + why);
    // closing waits for the loops to end, so it can't be done on one of them
    Thread.ofPlatform().name("outrigger-shutdown").start(close);
  }

  private long requestsActive() {
    return sumOfGauges(".downstream_rq_active");
  }

  private long httpConnections() {
    return sumOfGauges(".downstream_cx_active");
  }

  private long sumOfGauges(String leaf) {
    long sum = 0;
    for (Gauge gauge : stats.gauges()) {
      if (gauge.name().startsWith("http.") && gauge.name().endsWith(leaf)) {
        sum += gauge.own();
      }
    }
    return sum;
  }

  private long requestsBegun() {
    long sum = 0;
    for (Counter counter : stats.counters()) {
      if (counter.name().startsWith("http.") && counter.name().endsWith(".downstream_rq_total")) {
        sum += counter.value();
      }
    }
    return sum;
  }
}
