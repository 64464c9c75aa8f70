package io.outrigger.config.runtime;

/**
 * One value, with what it means where a number or a share is wanted.
 *
 * @param number -1: it is none
 * @param numerator of a share; -1: it is none
 */
public record RuntimeValue(String text, long number, int numerator, int denominator) {
  /** A value as it is written: a whole number, or text. */
  public static RuntimeValue of(String text) {
    long number = number(text);
    return new RuntimeValue(text, number, number < 0 ? -1 : (int) Math.min(number, 100), 100);
  }

  /** A share, as a FractionalPercent says it. */
  public static RuntimeValue share(String text, long numerator, int denominator) {
    return new RuntimeValue(
        text, -1, (int) Math.max(0, Math.min(numerator, denominator)), denominator);
  }

  private static long number(String text) {
    if (text.isEmpty() || text.length() > 18) {
      return -1;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return -1;
      }
    }
    return Long.parseLong(text);
  }
}
