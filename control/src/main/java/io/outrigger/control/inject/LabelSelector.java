package io.outrigger.control.inject;

import java.util.List;
import java.util.Map;

/** A Kubernetes label selector. Empty, it selects nothing here: nobody means every pod by it. */
public record LabelSelector(Map<String, String> matchLabels, List<Requirement> matchExpressions) {
  /** How an expression compares. */
  public enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist
  }

  /** One expression; {@code values} only for In and NotIn. */
  public record Requirement(String key, Operator operator, List<String> values) {
    boolean holds(Map<String, String> labels) {
      String found = labels.get(key);
      return switch (operator) {
        case In -> found != null && values.contains(found);
        case NotIn -> found == null || !values.contains(found);
        case Exists -> found != null;
        case DoesNotExist -> found == null;
      };
    }
  }

  boolean selects(Map<String, String> labels) {
    if (matchLabels.isEmpty() && matchExpressions.isEmpty()) {
      return false;
    }
    return matchLabels.entrySet().stream()
            .allMatch(e -> e.getValue().equals(labels.get(e.getKey())))
        && matchExpressions.stream().allMatch(r -> r.holds(labels));
  }
}
