package io.outrigger.config.jwt;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The keys that were fetched for a provider, for all workers: they begin and end with the
 * configuration that says where they are. Any thread; never blocks.
 */
public final class JwksCell {
  /** Keys, and when they came by a steady clock. */
  public record Fetched(Jwks keys, long nanos) {}

  private volatile @Nullable Fetched current;

  /** When keys may be fetched ahead of need; Long.MIN_VALUE: at once. */
  private final AtomicLong nextAhead = new AtomicLong(Long.MIN_VALUE);

  /** Null: none yet. */
  public @Nullable Fetched current() {
    return current;
  }

  public void put(Jwks keys, long now) {
    current = new Fetched(keys, now);
  }

  /** Whether the caller is to fetch ahead of need now: one in {@code pauseNanos} is. */
  public boolean claim(long now, long pauseNanos) {
    long at = nextAhead.get();
    return (at == Long.MIN_VALUE || now - at >= 0) && nextAhead.compareAndSet(at, now + pauseNanos);
  }

  /** Lets the next be fetched ahead after this time. */
  public void next(long nanos) {
    nextAhead.set(nanos);
  }
}
