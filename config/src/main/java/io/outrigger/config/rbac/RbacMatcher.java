package io.outrigger.config.rbac;

import io.outrigger.config.match.tree.MatchTree;
import java.util.List;

/** A tree of matchers that finds an action; where it finds none, it denies. Immutable. */
public final class RbacMatcher implements RbacEngine {
  /**
   * An action of the tree.
   *
   * @param index in the order of the configuration
   */
  record Action(int index, String name, RbacRules.Action action) {}

  private final MatchTree<RbacRequest, Action> tree;
  private final List<Action> actions;
  private final boolean logs;

  RbacMatcher(MatchTree<RbacRequest, Action> tree, List<Action> actions) {
    this.tree = tree;
    this.actions = List.copyOf(actions);
    this.logs = actions.stream().anyMatch(one -> one.action() == RbacRules.Action.LOG);
  }

  /** The index of the action, or -1. */
  public int match(RbacRequest request) {
    Action found = tree.match(request);
    return found == null ? -1 : found.index();
  }

  @Override
  public int size() {
    return actions.size();
  }

  @Override
  public String name(int matched) {
    return actions.get(matched).name();
  }

  @Override
  public boolean allows(int matched) {
    return matched >= 0 && actions.get(matched).action() != RbacRules.Action.DENY;
  }

  @Override
  public boolean logs() {
    return logs;
  }

  @Override
  public boolean logs(int matched) {
    return matched >= 0 && actions.get(matched).action() == RbacRules.Action.LOG;
  }

  @Override
  public String explain(int matched, RbacRequest request) {
    return matched < 0
        ? "nothing in the matcher matches"
        : "action " + name(matched) + " of the matcher denies it";
  }
}
