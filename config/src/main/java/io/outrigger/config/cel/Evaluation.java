package io.outrigger.config.cel;

import org.jspecify.annotations.Nullable;

/** One evaluation of an expression: whom it asks, its variables, and what it may still do. */
final class Evaluation {
  /** Steps of all loops together. */
  private static final int MOST_STEPS = 10_000;

  final AttributeSource source;
  private final @Nullable Object[] variables;
  private int steps;

  Evaluation(AttributeSource source, int variables) {
    this.source = source;
    this.variables = new @Nullable Object[variables];
  }

  Object variable(int slot) {
    Object value = variables[slot];
    assert value != null;
    return value;
  }

  void variable(int slot, Object value) {
    variables[slot] = value;
  }

  boolean mayStep() {
    return steps++ < MOST_STEPS;
  }
}
