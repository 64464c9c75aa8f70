package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.HostSet;

/** Chooses a priority of a host set whose hosts other balancers pick. */
public final class PriorityChoice {
  /** No priority can take a request. */
  public static final int NONE = -1;

  private final PriorityLoads loads;

  /** The threshold of panic is in percent. */
  public PriorityChoice(HostSet set, double panicThreshold) {
    this.loads = PriorityLoads.of(set, panicThreshold);
  }

  /** {@link #NONE}, or twice the priority, and one more for its degraded hosts. */
  public int choose(long hash) {
    int percent = (int) Long.remainderUnsigned(hash, 100) + 1;
    int sum = 0;
    for (int i = 0; i < loads.priorities(); i++) {
      sum += loads.healthyLoad(i);
      if (percent <= sum) {
        return 2 * i;
      }
    }
    for (int i = 0; i < loads.priorities(); i++) {
      sum += loads.degradedLoad(i);
      if (percent <= sum) {
        return 2 * i + 1;
      }
    }
    return NONE;
  }
}
