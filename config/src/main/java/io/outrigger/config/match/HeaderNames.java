package io.outrigger.config.match;

import io.outrigger.config.compile.Problems;

/** Checks that text can be a header's name or value. */
public final class HeaderNames {
  private HeaderNames() {}

  /** A header name: not empty, no NUL, CR or LF (PGV's HTTP_HEADER_NAME, not strict). */
  public static void check(String name, Problems problems) {
    if (name.isEmpty()) {
      problems.error("is empty; a header name is required");
    } else {
      checkValue(name, problems);
    }
  }

  /** A header value: no NUL, CR or LF (PGV's HTTP_HEADER_VALUE, not strict). */
  public static void checkValue(String value, Problems problems) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == 0 || c == '\r' || c == '\n') {
        problems.error("has a NUL, CR or LF, which a header cannot carry");
        return;
      }
    }
  }
}
