package io.outrigger.control.gatewayapi;

import io.outrigger.control.resource.Fields;
import java.util.List;
import java.util.Map;

/** Kubernetes' selector by labels: all of its conditions must hold. */
public record LabelSelector(Map<String, String> labels, List<Expression> expressions) {
  static final LabelSelector ALL = new LabelSelector(Map.of(), List.of());

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

  static LabelSelector read(Fields fields) {
    return new LabelSelector(
        fields.stringMap("matchLabels"),
        fields.objects(
            "matchExpressions",
            f ->
                new Expression(
                    f.required("key"),
                    f.oneOf("operator", Operator.class, Operator.In),
                    f.strings("values"))));
  }

  boolean holds(Map<String, String> of) {
    return of.entrySet().containsAll(labels.entrySet())
        && expressions.stream().allMatch(expression -> expression.holds(of));
  }
}
