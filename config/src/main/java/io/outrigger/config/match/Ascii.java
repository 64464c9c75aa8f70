package io.outrigger.config.match;

/** Comparison of bytes without regard to ASCII case. */
public final class Ascii {
  private Ascii() {}

  public static byte toLower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
  }

  /** The text with its ASCII letters in lower case, others as they are. */
  public static String toLower(String text) {
    StringBuilder out = new StringBuilder(text);
    for (int i = 0; i < out.length(); i++) {
      char c = out.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        out.setCharAt(i, (char) (c + ('a' - 'A')));
      }
    }
    return out.toString();
  }

  /** Whether the bytes at {@code offset}, put in lower case, are {@code lower}. */
  public static boolean regionEqualsLowerCase(byte[] data, int offset, byte[] lower) {
    for (int i = 0; i < lower.length; i++) {
      if (toLower(data[offset + i]) != lower[i]) {
        return false;
      }
    }
    return true;
  }
}
