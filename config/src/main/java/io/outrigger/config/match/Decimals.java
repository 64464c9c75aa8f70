package io.outrigger.config.match;

/** Decimal integers in bytes. */
public final class Decimals {
  /** What {@link #parse} gives for what is not a number that fits. */
  public static final long NOT_A_NUMBER = Long.MIN_VALUE;

  private Decimals() {}

  /** The integer that the bytes spell, with an optional sign, or {@link #NOT_A_NUMBER}. */
  public static long parse(byte[] data, int offset, int length) {
    int at = offset;
    int end = offset + length;
    boolean negative = false;
    if (at < end && (data[at] == '-' || data[at] == '+')) {
      negative = data[at] == '-';
      at++;
    }
    if (at == end || end - at > 18) {
      return NOT_A_NUMBER;
    }
    long value = 0;
    for (; at < end; at++) {
      int digit = data[at] - '0';
      if (digit < 0 || digit > 9) {
        return NOT_A_NUMBER;
      }
      value = value * 10 + digit;
    }
    return negative ? -value : value;
  }
}
