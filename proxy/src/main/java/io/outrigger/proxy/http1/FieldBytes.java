package io.outrigger.proxy.http1;

/** What the bytes of field names and values may be (RFC 9110 5.1, 5.5). */
final class FieldBytes {
  /** The lower case of each byte that a token may hold, 0 for all others. */
  private static final byte[] TOKEN = new byte[256];

  static {
    for (int c = '0'; c <= '9'; c++) {
      TOKEN[c] = (byte) c;
    }
    for (int c = 'a'; c <= 'z'; c++) {
      TOKEN[c] = (byte) c;
      TOKEN[c - 32] = (byte) c;
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      TOKEN[c] = (byte) c;
    }
  }

  private FieldBytes() {}

  /** The byte in lower case, or 0 where a token can't hold it. */
  static byte tokenLowerCase(byte b) {
    return TOKEN[b & 0xff];
  }

  /** Control bytes but TAB, and DEL; obs-text is let through, as Envoy does. */
  static boolean isBadInValue(byte b) {
    return (b < ' ' && b >= 0 && b != '\t') || b == 0x7f;
  }

  static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  /** Value of a hexadecimal digit, or -1. */
  static int hex(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
