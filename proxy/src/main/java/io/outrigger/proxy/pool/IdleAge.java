package io.outrigger.proxy.pool;

import io.outrigger.proxy.log.Log;

/**
 * Learns after how long a host closes idle connections, so that none is used in the moment when it
 * may be closing: a request lost in that race can't be told from one that was served.
 *
 * <p>One a host, for all workers: what one has seen close, the others needn't see. Any thread; two
 * that learn at once learn the same, or learn again with the next close.
 */
public final class IdleAge {
  private static final long NEVER = Long.MAX_VALUE;

  /** Closes of connections that were idle for less tell nothing of an idle time-out. */
  private static final long SHORTEST = 100_000_000L;

  private volatile long limit = NEVER;

  /** The peer closed a connection that had been idle for this long. */
  void closedByPeer(String host, long idleNanos) {
    if (idleNanos >= SHORTEST && before(idleNanos) < limit) {
      learn(host, "closed a connection that had been idle for ", idleNanos);
    }
  }

  /** The peer says for how long it keeps idle connections (Keep-Alive: timeout). */
  void told(String host, long nanos) {
    if (nanos >= SHORTEST && before(nanos) < limit) {
      learn(host, "says that it closes connections that are idle for ", nanos);
    }
  }

  /** A connection that was left to see when the peer closes it was closed after this long. */
  void closedAside(String host, long idleNanos) {
    if (idleNanos >= SHORTEST) {
      learn(host, "closed a connection that had been idle for ", idleNanos);
    }
  }

  /** One left so is still open after this long: an earlier close had other reasons. */
  void outlived(String host, long idleNanos) {
    long now = limit;
    if (now != NEVER && idleNanos / 2 > now) {
      learn(host, "still has a connection open that has been idle for ", idleNanos);
    }
  }

  /** A tenth and 50 ms before: the peer's timer, ours and the way of its FIN all jitter. */
  private static long before(long idleNanos) {
    return idleNanos - idleNanos / 10 - 50_000_000L;
  }

  private void learn(String host, String what, long idleNanos) {
    limit = before(idleNanos);
    Log.POOL.debug(
        host
            + " "
            + what
            + idleNanos / 1_000_000
            + " ms: those idle for "
            + limit / 1_000_000
            + " ms carry no request any more");
  }

  /** Whether a connection that has been idle for this long may be closing right now. */
  boolean isRisky(long idleNanos) {
    return idleNanos >= limit;
  }
}
