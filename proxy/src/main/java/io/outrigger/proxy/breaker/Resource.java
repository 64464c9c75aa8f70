package io.outrigger.proxy.breaker;

import io.outrigger.proxy.stats.Gauge;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One limited thing: how many there are now, and how many there may be. Any thread. */
public final class Resource {
  private final long max;
  private final Gauge open;
  private final @Nullable Gauge remaining;
  private final AtomicLong count = new AtomicLong();

  /**
   * A resource with none taken.
   *
   * @param open is 1 while nothing more may be taken
   * @param remaining how many more may be taken; null where nobody asks to track it
   */
  public Resource(long max, Gauge open, @Nullable Gauge remaining) {
    this.max = max;
    this.open = open;
    this.remaining = remaining;
    if (remaining != null) {
      remaining.set(0, max);
    }
  }

  /** Takes one, unless that would exceed the limit. */
  public boolean tryAcquire() {
    long now = count.incrementAndGet();
    if (now > max) {
      count.decrementAndGet();
      return false;
    }
    changed(now);
    return true;
  }

  /** Takes one whatever the limit says: a first connection must be had. */
  public void acquire() {
    changed(count.incrementAndGet());
  }

  public void release() {
    changed(count.decrementAndGet());
  }

  /** Writes the gauges where they change; two workers may race, and the next change mends it. */
  private void changed(long now) {
    if (now >= max - 1 && now <= max + 1) {
      open.set(0, now >= max ? 1 : 0);
    }
    if (remaining != null) {
      remaining.set(0, Math.max(0, max - now));
    }
  }

  /** Whether one more would be refused now. */
  public boolean isOpen() {
    return count.get() >= max;
  }

  public long count() {
    return count.get();
  }

  public long max() {
    return max;
  }
}
