package io.outrigger.config.cel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A part of an expression. Evaluation never throws: what has no value is a {@link CelError}. */
sealed interface Node {
  Object eval(Evaluation evaluation);

  /** A literal, or a type's name. */
  record Constant(Object value) implements Node {
    @Override
    public Object eval(Evaluation evaluation) {
      return value;
    }

    @Override
    public String toString() {
      return value instanceof String
          ? "\"" + value + "\""
          : value instanceof CelType type ? type.name() : CelText.of(value);
    }
  }

  /** A variable of a loop. */
  record Variable(String name, int slot) implements Node {
    @Override
    public Object eval(Evaluation evaluation) {
      return evaluation.variable(slot);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** An attribute; {@code onlyWhether}: has(). */
  record Asked(Attribute attribute, boolean onlyWhether) implements Node {
    @Override
    public Object eval(Evaluation evaluation) {
      Object value = evaluation.source.value(attribute);
      if (onlyWhether) {
        return value != null;
      }
      return value == null ? CelError.noSuchKey(attribute) : value;
    }

    @Override
    public String toString() {
      return onlyWhether ? "has(" + attribute + ")" : attribute.toString();
    }
  }

  /** All attributes that begin with a word, as a map. */
  record Root(String word) implements Node {
    @Override
    public Object eval(Evaluation evaluation) {
      return (CelMap)
          key -> {
            Attribute attribute = Attribute.of(word + "." + key);
            return attribute == null ? null : evaluation.source.value(attribute);
          };
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** A field of a map or message; {@code onlyWhether}: has(). */
  record Field(Node of, String name, boolean onlyWhether) implements Node {
    @Override
    public Object eval(Evaluation evaluation) {
      Object value = of.eval(evaluation);
      if (value instanceof CelError) {
        return value;
      }
      if (!(value instanceof CelMap map)) {
        return CelError.noOverload("." + name);
      }
      Object found = map.get(name);
      if (onlyWhether) {
        return found != null;
      }
      return found == null ? CelError.noSuchKey(name) : found;
    }

    @Override
    public String toString() {
      return onlyWhether ? "has(" + of + "." + name + ")" : of + "." + name;
    }
  }

  /** A function's call. */
  record Call(Function function, List<Node> arguments) implements Node {
    @Override
    public Object eval(Evaluation evaluation) {
      Object[] values = new Object[arguments.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = arguments.get(i).eval(evaluation);
        if (values[i] instanceof CelError) {
          return values[i];
        }
      }
      return function.apply(values);
    }

    @Override
    public String toString() {
      return function.text(arguments);
    }
  }

  /** {@code &&} or {@code ||}: a side that decides it makes up for an error of the other. */
  record Logical(boolean all, Node left, Node right) implements Node {
    @Override
    public Object eval(Evaluation evaluation) {
      Object first = left.eval(evaluation);
      if (first.equals(!all)) {
        return first;
      }
      Object second = right.eval(evaluation);
      if (second.equals(!all)) {
        return second;
      }
      if (first instanceof Boolean && second instanceof Boolean) {
        return second;
      }
      return first instanceof CelError
          ? first
          : second instanceof CelError ? second : CelError.noOverload(all ? "&&" : "||");
    }

    @Override
    public String toString() {
      return "(" + left + (all ? " && " : " || ") + right + ")";
    }
  }

  /** {@code ? :}. */
  record Choice(Node condition, Node then, Node otherwise) implements Node {
    @Override
    public Object eval(Evaluation evaluation) {
      Object value = condition.eval(evaluation);
      if (value instanceof Boolean holds) {
        return (holds ? then : otherwise).eval(evaluation);
      }
      return value instanceof CelError ? value : CelError.noOverload("?:");
    }

    @Override
    public String toString() {
      return "(" + condition + " ? " + then + " : " + otherwise + ")";
    }
  }

  /** What loops go on by: it is not false, be it an error. */
  record NotFalse(Node node) implements Node {
    @Override
    public Object eval(Evaluation evaluation) {
      return !Boolean.FALSE.equals(node.eval(evaluation));
    }

    @Override
    public String toString() {
      return node.toString();
    }
  }

  /** {@code [a, b]}. */
  record ListOf(List<Node> elements) implements Node {
    @Override
    public Object eval(Evaluation evaluation) {
      List<Object> values = new ArrayList<>(elements.size());
      for (Node element : elements) {
        Object value = element.eval(evaluation);
        if (value instanceof CelError) {
          return value;
        }
        values.add(value);
      }
      return values;
    }

    @Override
    public String toString() {
      return elements.toString();
    }
  }

  /** <code>{a: b}</code>; keys and values by turns. */
  record MapOf(List<Node> keysAndValues) implements Node {
    @Override
    public Object eval(Evaluation evaluation) {
      Map<Object, Object> values = new LinkedHashMap<>();
      for (int i = 0; i < keysAndValues.size(); i += 2) {
        Object key = keysAndValues.get(i).eval(evaluation);
        Object value = keysAndValues.get(i + 1).eval(evaluation);
        if (key instanceof CelError || value instanceof CelError) {
          return key instanceof CelError ? key : value;
        }
        if (values.put(CelValues.key(key), value) != null) {
          return new CelError("a map has the key twice: " + key);
        }
      }
      return CelValues.map(values);
    }

    @Override
    public String toString() {
      return "{" + keysAndValues + "}";
    }
  }

  /** What the macros all, exists, exists_one, map and filter stand for. */
  record Loop(int item, Node range, int result, Node start, Node condition, Node step, Node last)
      implements Node {
    @Override
    public Object eval(Evaluation evaluation) {
      Object over = range.eval(evaluation);
      if (over instanceof CelError) {
        return over;
      }
      Collection<?> items =
          over instanceof List<?> list ? list : over instanceof CelMap map ? map.keys() : null;
      if (items == null) {
        return CelError.noOverload("comprehension");
      }
      evaluation.variable(result, start.eval(evaluation));
      for (Object one : items) {
        if (!evaluation.mayStep()) {
          return new CelError("takes too many steps");
        }
        evaluation.variable(item, one);
        if (!Boolean.TRUE.equals(condition.eval(evaluation))) {
          break;
        }
        evaluation.variable(result, step.eval(evaluation));
      }
      return last.eval(evaluation);
    }

    @Override
    public String toString() {
      return "(a loop over " + range + ": " + step + ")";
    }
  }
}
