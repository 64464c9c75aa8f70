package io.outrigger.config.rbac;

/** What decides: rules, or a tree of matchers. What can match is known by its index. */
public sealed interface RbacEngine permits RbacRules, RbacMatcher {
  /** How many can match. */
  int size();

  /** The policy's name, or the action's. */
  String name(int matched);

  /** Whether who matched this, or nothing (-1), may pass. */
  boolean allows(int matched);

  /** Whether requests are marked for logs, or as not for logs. */
  boolean logs();

  /** Whether one that matched this, or nothing (-1), is for logs. */
  boolean logs(int matched);

  /** Why one that matched this, or nothing, was denied: for logs. */
  String explain(int matched, RbacRequest request);
}
