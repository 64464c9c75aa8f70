package io.outrigger.proxy.userfilter;

import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Whether filters of one type are on, and what is counted of them. Any thread. */
final class FilterSwitch {
  private static final int MAX_OWN = 64;
  private static final long FORGET_NANOS = 60_000_000_000L;

  private final String type;
  private final StatStore store;
  private final Counter errors;
  private final Counter overBudget;
  private final Counter hung;
  private final Counter skipped;
  private final Gauge enabled;
  private final AtomicInteger strikes = new AtomicInteger();
  private final ConcurrentHashMap<String, Counter> own = new ConcurrentHashMap<>();
  private long firstStrike = System.nanoTime();
  private volatile boolean on = true;
  private volatile String why = "";

  FilterSwitch(String type, StatStore store) {
    this.type = type;
    this.store = store;
    String prefix = "user_filter." + type + ".";
    this.errors = store.counter(prefix + "errors");
    this.overBudget = store.counter(prefix + "over_budget");
    this.hung = store.counter(prefix + "hung");
    this.skipped = store.counter(prefix + "skipped");
    this.enabled = store.gauge(prefix + "enabled");
    enabled.set(0, 1);
  }

  String type() {
    return type;
  }

  boolean isOn() {
    return on;
  }

  /** Why it is off; empty while it is on. */
  String why() {
    return why;
  }

  int strikes() {
    return strikes.get();
  }

  void skipped(int cell) {
    skipped.inc(cell);
  }

  /** A call has thrown. */
  void failed(int cell, String call, Throwable problem, int allowed) {
    errors.inc(cell);
    strike(call + " threw " + problem, allowed, problem);
  }

  /** A call has taken longer than its budget. */
  void late(int cell, String call, long nanos, int allowed) {
    overBudget.inc(cell);
    strike(call + " took " + nanos / 1000 + " µs", allowed, null);
  }

  /**
   * Strikes count for a minute: a collection of garbage now and then is no reason to switch off.
   */
  private synchronized void strike(
      String what, int allowed, @org.jspecify.annotations.Nullable Throwable e) {
    long now = System.nanoTime();
    if (now - firstStrike > FORGET_NANOS) {
      strikes.set(0);
    }
    int count = strikes.incrementAndGet();
    if (count == 1) {
      firstStrike = now;
    }
    if (count == 1) {
      Log.FILTER.warning(
          "filter "
              + type
              + ": "
              + what
              + "; it is switched off after "
              + allowed
              + " of these in a minute");
      if (e != null) {
        Log.FILTER.error("the first failure of filter " + type, e);
      }
    }
    if (count >= allowed && on) {
      off("after " + count + " strikes, of which the last: " + what);
    }
  }

  /** A call has not come back; where it is, shows its worker's stack. */
  void stuck(int worker, long millis, StackTraceElement[] stack) {
    hung.inc(0);
    StringBuilder where = new StringBuilder();
    for (StackTraceElement frame : stack) {
      where.append("\n    at ").append(frame);
    }
    Log.FILTER.error(
        "filter " + type + " holds worker " + worker + " for " + millis + " ms already:" + where);
    off("it held worker " + worker + " for " + millis + " ms");
  }

  void off(String reason) {
    on = false;
    why = reason;
    enabled.set(0, 0);
    Log.FILTER.error("filter " + type + " is switched off: " + reason);
  }

  /** On again, with no strike against it: by hand, or because its jar was replaced. */
  synchronized void on() {
    strikes.set(0);
    why = "";
    on = true;
    enabled.set(0, 1);
  }

  /** Counts what the filter itself counts. */
  void count(String key, int cell) {
    Counter counter = own.get(key);
    if (counter == null) {
      if (own.size() >= MAX_OWN) {
        return;
      }
      counter = own.computeIfAbsent(key, k -> store.counter("user_filter." + type + "." + k));
    }
    counter.inc(cell);
  }
}
