package io.outrigger.config.cel;

/** A compiled expression. Immutable. */
public final class CelExpression {
  private final Node node;
  private final int variables;

  CelExpression(Node node, int variables) {
    this.node = node;
    this.variables = variables;
  }

  /** A value of {@link CelValues}' kinds. */
  public Object evaluate(AttributeSource source) {
    return node.eval(new Evaluation(source, variables));
  }

  @Override
  public String toString() {
    return node.toString();
  }
}
