package io.outrigger.config.rbac;

import org.jspecify.annotations.Nullable;

/**
 * A policy: it matches where a permission and a principal of it do, and its condition.
 *
 * @param condition null: there is none
 */
public record RbacPolicy(
    String name, Condition permission, Condition principal, @Nullable Condition condition) {
  Outcome test(RbacRequest request) {
    Outcome outcome = permission.test(request);
    if (outcome == Outcome.NO) {
      return outcome;
    }
    outcome = outcome.and(principal.test(request));
    return condition == null || outcome == Outcome.NO
        ? outcome
        : outcome.and(condition.test(request));
  }

  /** The first condition that does not hold, down to a single one; null: all hold. */
  @Nullable Condition firstFailing(RbacRequest request) {
    Condition failing = permission.test(request) == Outcome.YES ? principal : permission;
    if (failing.test(request) == Outcome.YES) {
      return condition == null || condition.test(request) == Outcome.YES ? null : condition;
    }
    while (true) {
      Condition inner = failing instanceof Condition.All all ? failing(all, request) : failing;
      if (inner instanceof Condition.OneOf one && one.conditions().size() == 1) {
        inner = one.conditions().getFirst();
      }
      if (inner == failing) {
        return failing;
      }
      failing = inner;
    }
  }

  private static Condition failing(Condition.All all, RbacRequest request) {
    for (Condition condition : all.conditions()) {
      if (condition.test(request) != Outcome.YES) {
        return condition;
      }
    }
    return all;
  }
}
