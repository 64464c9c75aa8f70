package io.outrigger.config.rbac;

import java.util.ArrayList;
import java.util.List;

/**
 * An action, and the policies that call for it, in the order of their names.
 *
 * <p>Of a connection's requests those policies alone are asked that the connection itself does not
 * rule out ({@link #open}): who calls, and which port, is tested once.
 */
public final class RbacRules implements RbacEngine {
  /** What the rules are for. */
  public enum Action {
    ALLOW,
    DENY,
    LOG
  }

  private static final int MOST_EXPLAINED = 3;

  private final Action action;
  private final List<RbacPolicy> policies;

  public RbacRules(Action action, List<RbacPolicy> policies) {
    this.action = action;
    this.policies = List.copyOf(policies);
  }

  public Action action() {
    return action;
  }

  public List<RbacPolicy> policies() {
    return policies;
  }

  /** Indexes of the policies that requests on this connection may match. */
  public int[] open(RbacRequest connection) {
    int[] open = new int[policies.size()];
    int count = 0;
    for (int i = 0; i < open.length; i++) {
      Outcome outcome = policies.get(i).test(connection);
      if (outcome != Outcome.NO) {
        open[count++] = i;
      }
      if (outcome == Outcome.YES) {
        break; // those behind it are never reached
      }
    }
    return java.util.Arrays.copyOf(open, count);
  }

  /**
   * The index of the first policy that matches, or -1. Where a policy can't be decided, it counts
   * as matching for a denial and as not matching for all else.
   */
  public int match(int[] open, RbacRequest request) {
    for (int index : open) {
      Outcome outcome = policies.get(index).test(request);
      if (outcome == Outcome.YES || (outcome == Outcome.UNDECIDED && action == Action.DENY)) {
        return index;
      }
    }
    return -1;
  }

  @Override
  public int size() {
    return policies.size();
  }

  @Override
  public String name(int matched) {
    return policies.get(matched).name();
  }

  @Override
  public boolean logs() {
    return action == Action.LOG;
  }

  @Override
  public boolean logs(int matched) {
    return action == Action.LOG && matched >= 0;
  }

  @Override
  public boolean allows(int matched) {
    return action == Action.LOG || (matched >= 0) == (action == Action.ALLOW);
  }

  @Override
  public String explain(int matched, RbacRequest request) {
    if (matched >= 0) {
      RbacPolicy policy = policies.get(matched);
      return "policy "
          + policy.name()
          + " denies it: "
          + policy.permission()
          + "; "
          + policy.principal()
          + (policy.condition() == null ? "" : "; " + policy.condition());
    }
    List<String> reasons = new ArrayList<>();
    for (RbacPolicy policy : policies) {
      if (reasons.size() == MOST_EXPLAINED) {
        reasons.add("and " + (policies.size() - MOST_EXPLAINED) + " more");
        break;
      }
      reasons.add("policy " + policy.name() + " fails at " + policy.firstFailing(request));
    }
    return reasons.isEmpty()
        ? "no policy is there, so none allows it"
        : "no policy allows it: " + String.join(", ", reasons);
  }
}
