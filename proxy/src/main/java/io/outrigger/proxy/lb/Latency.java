package io.outrigger.proxy.lb;

/**
 * How long a host's answers take: a moving average that jumps to each peak, and forgets by time.
 *
 * <p>All workers write; two at once may lose one measurement, which the next makes good.
 */
public final class Latency {
  private final double decayNanos;
  private volatile double average;
  private volatile long stamp;

  public Latency(long decayMillis) {
    this.decayNanos = decayMillis * 1e6;
  }

  /** An answer took so long, or was given up after so long. */
  public void observe(long nanos, long now) {
    double before = average;
    average = nanos >= before ? nanos : nanos + (before - nanos) * left(now);
    stamp = now;
  }

  /** What is left of the average; 0: nothing is known. */
  double at(long now) {
    double known = average;
    return known == 0 ? 0 : known * left(now);
  }

  private double left(long now) {
    return Math.exp(-Math.max(0, now - stamp) / decayNanos);
  }
}
