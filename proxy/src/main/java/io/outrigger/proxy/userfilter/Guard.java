package io.outrigger.proxy.userfilter;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Around each call into a user's filter on one worker: how long it takes, and for the watchdog
 * whether it came back. Calls don't nest.
 */
final class Guard {
  private final int worker;
  private final AtomicLong since = new AtomicLong();
  private volatile @Nullable Thread thread;
  private volatile @Nullable FilterSwitch in;
  private long told;

  Guard(int worker) {
    this.worker = worker;
  }

  int worker() {
    return worker;
  }

  /** Before a call; gives the time for {@link #exit}. */
  long enter(FilterSwitch filter) {
    if (in != filter) {
      in = filter;
      thread = Thread.currentThread();
    }
    long now = System.nanoTime();
    since.lazySet(now == 0 ? 1 : now);
    return now;
  }

  /** After a call; how many nanoseconds it took. */
  long exit(long entered) {
    since.lazySet(0);
    return System.nanoTime() - entered;
  }

  /** On the watchdog's thread. */
  void look(long now, long patience) {
    long entered = since.get();
    if (entered == 0 || entered == told || now - entered < patience) {
      return;
    }
    FilterSwitch filter = in;
    Thread stuck = thread;
    if (filter != null && stuck != null && since.get() == entered) {
      told = entered;
      filter.stuck(worker, (now - entered) / 1_000_000, stuck.getStackTrace());
    }
  }
}
