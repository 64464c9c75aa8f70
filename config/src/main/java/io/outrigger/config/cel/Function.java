package io.outrigger.config.cel;

import java.util.List;

/**
 * A function of CEL.
 *
 * @param name as expressions' trees have it: {@code _==_}, {@code startsWith}
 */
record Function(String name, Body body) {
  /** What it does; it never throws. */
  interface Body {
    /** What has no such overload is a {@link CelError}. */
    Object of(Object[] arguments);
  }

  Object apply(Object[] arguments) {
    Object value = body.of(arguments);
    return value instanceof CelError error && error.message().isEmpty()
        ? CelError.noOverload(name)
        : value;
  }

  String text(List<Node> arguments) {
    if (name.equals("_[_]")) {
      return arguments.get(0) + "[" + arguments.get(1) + "]";
    }
    String word = name.replace("_", "");
    if (!Character.isLetter(word.charAt(0)) || word.equals("in")) {
      return arguments.size() == 1
          ? word + arguments.get(0)
          : arguments.get(0) + " " + word.replace("@", "") + " " + arguments.get(1);
    }
    StringBuilder out = new StringBuilder(name).append('(');
    for (int i = 0; i < arguments.size(); i++) {
      out.append(i == 0 ? "" : ", ").append(arguments.get(i));
    }
    return out.append(')').toString();
  }
}
