package io.outrigger.proxy.pool;

/**
 * Learns after how long an upstream closes idle connections, so that none is used in the moment
 * when it may be closing: a request lost in that race can't be told from one that was served.
 */
final class IdleAge {
  private static final long NEVER = Long.MAX_VALUE;

  /** Closes of connections that were idle for less tell nothing of an idle time-out. */
  private static final long SHORTEST = 500_000_000L;

  private long learned = NEVER;

  /** The peer closed a connection that had been idle for this long. */
  void closedByPeer(long idleNanos) {
    if (idleNanos >= SHORTEST) {
      // a tenth and 50 ms before: the peer's timer, ours and the way of its FIN all jitter
      learned = Math.min(learned, idleNanos - idleNanos / 10 - 50_000_000L);
    }
  }

  /** Whether a connection that has been idle for this long may be closing right now. */
  boolean isRisky(long idleNanos) {
    return idleNanos >= learned;
  }
}
