package io.outrigger.control.istio;

/** How a string is matched: whole, by its beginning, or by an RE2 expression over all of it. */
public sealed interface StringMatch {
  /** Equal. */
  record Exact(String value) implements StringMatch {}

  /** Begins with. */
  record Prefix(String value) implements StringMatch {}

  /** Equal, or begins with it and a slash: a path's first segments. */
  record PathPrefix(String value) implements StringMatch {}

  /** The whole string matches an RE2 expression; {@code *} alone stands for presence. */
  record Regex(String value) implements StringMatch {}

  /** The text to match. */
  String value();
}
