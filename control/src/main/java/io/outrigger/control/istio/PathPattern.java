package io.outrigger.control.istio;

/** A path as policies write it: whole, with a star at one end, or with segments in braces. */
public final class PathPattern {
  /** What one is, for messages. */
  public static final String WORDS =
      "a path, with * at one end, or with whole segments {*} and {**}";

  private PathPattern() {}

  /** Braces make a path a template, of which stars stand in braces alone. */
  public static boolean isOne(String text) {
    if (text.indexOf('{') < 0 && text.indexOf('}') < 0) {
      return !text.isEmpty();
    }
    String rest = "";
    for (String segment : text.split("/", -1)) {
      boolean operator = segment.equals("{*}") || segment.equals("{**}");
      if (rest.equals("{**}") || (!operator && segment.matches(".*[{}*].*"))) {
        return false;
      }
      rest = segment;
    }
    return text.startsWith("/");
  }
}
