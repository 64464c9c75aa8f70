package io.outrigger.config.rbac;

import org.jspecify.annotations.Nullable;

/** A policy: it matches where a permission and a principal of it do. */
public record RbacPolicy(String name, Condition permission, Condition principal) {
  Outcome test(RbacRequest request) {
    Outcome first = permission.test(request);
    if (first == Outcome.NO) {
      return first;
    }
    Outcome second = principal.test(request);
    return second == Outcome.YES ? first : second;
  }

  /** The first condition that does not hold, down to a single one; null: all hold. */
  @Nullable Condition firstFailing(RbacRequest request) {
    Condition failing = permission.test(request) == Outcome.YES ? principal : permission;
    if (failing.test(request) == Outcome.YES) {
      return null;
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
