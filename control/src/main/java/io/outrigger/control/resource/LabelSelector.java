package io.outrigger.control.resource;

import java.util.List;
import java.util.Map;

/** Kubernetes' selector by labels: all of its conditions must hold; without any it selects all. */
public record LabelSelector(Map<String, String> labels, List<Expression> expressions) {
  public static final LabelSelector ALL = new LabelSelector(Map.of(), List.of());

  /** What is asked of a label's value. */
  public enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist
  }

  /** A condition on one label. */
  public record Expression(String key, Operator operator, List<String> values) {
    private boolean holds(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case In -> value != null && values.contains(value);
        case NotIn -> value == null || !values.contains(value);
        case Exists -> value != null;
        case DoesNotExist -> value == null;
      };
    }
  }

  /**
   * Reads one.
   *
   * @param otherwise the operator of an expression that names none
   */
  public static LabelSelector read(Fields fields, Operator otherwise) {
    return new LabelSelector(
        fields.stringMap("matchLabels"),
        fields.objects(
            "matchExpressions",
            f ->
                new Expression(
                    f.required("key"),
                    f.oneOf("operator", Operator.class, otherwise),
                    f.strings("values"))));
  }

  /** Whether it has no condition. */
  public boolean isEmpty() {
    return labels.isEmpty() && expressions.isEmpty();
  }

  public boolean holds(Map<String, String> of) {
    return of.entrySet().containsAll(labels.entrySet())
        && expressions.stream().allMatch(expression -> expression.holds(of));
  }
}
