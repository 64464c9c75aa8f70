package io.outrigger.cli.explain;

/** Numbers as the page shows them. */
final class Words {
  private static final long NO_LIMIT = Integer.MAX_VALUE;

  private Words() {}

  /** Milliseconds in the largest unit that needs no fraction; {@code none} for 0 and below. */
  static String time(long millis, String none) {
    if (millis <= 0) {
      return none;
    }
    if (millis % 3_600_000 == 0) {
      return millis / 3_600_000 + "h";
    }
    if (millis % 60_000 == 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
  }

  static String limit(long value) {
    return value >= NO_LIMIT ? "no limit" : Long.toString(value);
  }

  static String percent(double value) {
    return (value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value))
        + " %";
  }
}
