package io.outrigger.proxy.tracing;

/** Ids as hexadecimal text in headers. */
final class Hex {
  private static final String DIGITS = "0123456789abcdef";

  private Hex() {}

  /** Writes 16 digits; returns where they end. */
  static int put(byte[] to, int at, long id) {
    for (int i = 0; i < 16; i++) {
      to[at + i] = (byte) DIGITS.charAt((int) (id >>> (60 - 4 * i)) & 15);
    }
    return at + 16;
  }

  static String text(long id) {
    char[] text = new char[16];
    for (int i = 0; i < 16; i++) {
      text[i] = DIGITS.charAt((int) (id >>> (60 - 4 * i)) & 15);
    }
    return new String(text);
  }

  /** Whether these bytes are digits, of either case. */
  static boolean isHex(byte[] data, int offset, int length) {
    for (int i = 0; i < length; i++) {
      if (Character.digit(data[offset + i], 16) < 0) {
        return false;
      }
    }
    return length > 0;
  }

  /** The number that these bytes, which are digits, stand for: its last 64 bits. */
  static long parse(byte[] data, int offset, int length) {
    long id = 0;
    for (int i = 0; i < length; i++) {
      id = id << 4 | Character.digit(data[offset + i], 16);
    }
    return id;
  }
}
