package io.outrigger.config.rbac;

import org.jspecify.annotations.Nullable;

/**
 * Which policies of which rules a connection leaves open, kept for its requests. Owned by the
 * connection's worker.
 */
public final class OpenPolicies {
  /** Enough for the filters of a chain; of more rules, as new routes bring, the oldest goes. */
  private static final int KEPT = 8;

  private final @Nullable RbacRules[] rules = new @Nullable RbacRules[KEPT];
  private final int[][] open = new int[KEPT][];
  private int next;

  public int[] of(RbacRules asked, RbacRequest connection) {
    for (int i = 0; i < KEPT; i++) {
      if (rules[i] == asked) {
        return open[i];
      }
    }
    int[] found = asked.open(connection);
    rules[next] = asked;
    open[next] = found;
    next = (next + 1) % KEPT;
    return found;
  }
}
