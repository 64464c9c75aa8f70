package io.outrigger.proxy.breaker;

import java.util.concurrent.atomic.AtomicLong;

/** One limited thing: how many there are now, and how many there may be. Any thread. */
public final class Resource {
  private final long max;
  private final AtomicLong count = new AtomicLong();

  Resource(long max) {
    this.max = max;
  }

  /** Takes one, unless that would exceed the limit. */
  public boolean tryAcquire() {
    if (count.incrementAndGet() <= max) {
      return true;
    }
    count.decrementAndGet();
    return false;
  }

  /** Takes one whatever the limit says: a first connection must be had. */
  public void acquire() {
    count.incrementAndGet();
  }

  public void release() {
    count.decrementAndGet();
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
