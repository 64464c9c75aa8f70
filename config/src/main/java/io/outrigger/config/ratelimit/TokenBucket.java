package io.outrigger.config.ratelimit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bucket of tokens that fills steadily, full at first. Any thread; never blocks.
 *
 * <p>It is the one thing of a compiled configuration that changes: a limit's count begins and ends
 * with the configuration that sets it, and is one for all workers.
 */
public final class TokenBucket {
  /** Seventy years: what is beyond may be taken for never, and no sum of two overflows. */
  private static final long NEVER = Long.MAX_VALUE / 4;

  private final long max;
  private final double nanosPerToken;
  private final long nanosToFill;

  /** When the bucket would have been empty, had nothing been taken since; Long.MIN_VALUE: full. */
  private final AtomicLong emptyAt = new AtomicLong(Long.MIN_VALUE);

  /**
   * A bucket.
   *
   * @param max tokens at most, at least 1
   * @param perFill tokens that come in each interval, at least 1
   * @param intervalNanos at least 1
   */
  public TokenBucket(long max, long perFill, long intervalNanos) {
    this(max, (double) intervalNanos / perFill);
  }

  private TokenBucket(long max, double nanosPerToken) {
    this.max = max;
    this.nanosPerToken = nanosPerToken;
    this.nanosToFill = nanos((double) max);
  }

  /** Another bucket of this size and rate, full. */
  public TokenBucket fresh() {
    return new TokenBucket(max, nanosPerToken);
  }

  private long nanos(double tokens) {
    return Math.min(NEVER, (long) Math.ceil(tokens * nanosPerToken));
  }

  public long max() {
    return max;
  }

  /** How long a token takes to come: the larger, the stricter the limit. */
  public double nanosPerToken() {
    return nanosPerToken;
  }

  /** Takes a token if there is one. {@code now} is a steady clock's nanoseconds. */
  public boolean take(long now) {
    return take(now, 1);
  }

  /** Takes this many tokens, whole or not, if there are so many; else none. */
  public boolean take(long now, double tokens) {
    long cost = nanos(tokens);
    while (true) {
      long at = emptyAt.get();
      long empty = at == Long.MIN_VALUE ? now - nanosToFill : Math.max(at, now - nanosToFill);
      long next = empty + cost;
      if (next > now) {
        return false;
      }
      if (emptyAt.compareAndSet(at, next)) {
        return true;
      }
    }
  }

  /** Takes as many whole tokens as there are, up to so many; how many it took. */
  public long takeUpTo(long now, long tokens) {
    while (true) {
      long at = emptyAt.get();
      long empty = at == Long.MIN_VALUE ? now - nanosToFill : Math.max(at, now - nanosToFill);
      long taken = Math.clamp((long) ((now - empty) / nanosPerToken), 0, tokens);
      if (taken == 0 || emptyAt.compareAndSet(at, Math.min(now, empty + nanos((double) taken)))) {
        return taken;
      }
    }
  }

  /** Whole tokens that are left. */
  public long left(long now) {
    long at = emptyAt.get();
    return at == Long.MIN_VALUE ? max : Math.min(max, (long) ((now - at) / nanosPerToken));
  }

  /** Nanoseconds until there is another token; 0 where there is one. */
  public long nanosToNext(long now) {
    long at = emptyAt.get();
    return at == Long.MIN_VALUE ? 0 : Math.max(0, at + nanos(1) - now);
  }
}
