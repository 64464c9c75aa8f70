package io.outrigger.proxy.lb;

/**
 * The weight that a host gives itself by the load that it reports, and since when.
 *
 * <p>Written by all workers, without locks: of two reports at once one is lost.
 */
public final class ReportedWeight {
  private static final long NEVER = Long.MIN_VALUE;

  private volatile long reported;
  private volatile long since = NEVER;
  private volatile long last;
  private volatile long applied;

  /** The host has reported what makes this weight; above zero. */
  void report(long weight, long now) {
    reported = weight;
    last = now;
    if (since == NEVER) {
      since = now;
    }
  }

  /**
   * The reported weight, or 0: there is none, it is too old, or the host has begun to report too
   * short a time ago. Where it is too old, that time begins anew.
   */
  long current(long now, long blackoutNanos, long expirationNanos) {
    long began = since;
    if (began == NEVER || now - began < blackoutNanos) {
      return 0;
    }
    if (now - last > expirationNanos) {
      since = NEVER;
      return 0;
    }
    return reported;
  }

  /** The weight that it is balanced by; 0: its endpoint's. */
  public long applied() {
    return applied;
  }

  void apply(long weight) {
    applied = weight;
  }
}
