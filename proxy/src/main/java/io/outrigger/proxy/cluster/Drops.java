package io.outrigger.proxy.cluster;

import java.util.concurrent.atomic.LongAdder;

/** How many requests a cluster refused since it is there: what load reports tell of it. */
public final class Drops {
  private final LongAdder all = new LongAdder();
  private final LongAdder byOverload = new LongAdder();

  /** Any thread. */
  void count(boolean overload) {
    all.increment();
    if (overload) {
      byOverload.increment();
    }
  }

  /** For a limit of a circuit breaker, and {@link #byOverload}. */
  public long all() {
    return all.sum();
  }

  /** Since the control plane asks for it: {@code drop_overloads}. */
  public long byOverload() {
    return byOverload.sum();
  }
}
