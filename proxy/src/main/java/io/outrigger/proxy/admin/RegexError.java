package io.outrigger.proxy.admin;

import com.google.re2j.PatternSyntaxException;

/** Says what is wrong with a regular expression in RE2's words, as Envoy's pages do. */
final class RegexError {
  private RegexError() {}

  static String text(PatternSyntaxException problem, String regex) {
    String where = problem.getPattern();
    return switch (problem.getDescription()) {
      case "missing closing ]" -> "missing ]: " + where;
      case "missing closing )" -> "missing ): " + where;
      case "missing argument to repetition operator" ->
          "no argument for repetition operator: " + where;
      case "invalid repeat count" -> "invalid repetition size: " + where;
      case "invalid nested repetition operator" -> "bad repetition operator: " + where;
      case "invalid or unsupported Perl syntax" -> "invalid perl operator: " + where;
      case "regexp/syntax: internal error" -> "unexpected ): " + regex;
      default -> problem.getDescription() + ": " + where;
    };
  }
}
