package io.outrigger.config.http;

/**
 * What HTTP allows in fields that somebody else wants to have added (RFC 9110 sections 5.1, 5.5).
 */
public final class FieldSyntax {
  private FieldSyntax() {}

  /** Whether it is a token in lower case, or a colon before one. */
  public static boolean isName(String name) {
    boolean pseudo = name.startsWith(":");
    for (int i = pseudo ? 1 : 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
      if (!letter && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        return false;
      }
    }
    return name.length() > (pseudo ? 1 : 0);
  }

  /** Whether it has no control characters but tabs. */
  public static boolean isValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' && c != '\t' || c == 0x7f) {
        return false;
      }
    }
    return true;
  }
}
