package io.outrigger.api.schema;

import org.jspecify.annotations.Nullable;

/**
 * A google.protobuf.Duration as its JSON form writes it: seconds with up to nine decimals, then
 * {@code s}.
 *
 * <p>Read by hand, for every start of a proxy reads some, and {@link java.math.BigDecimal} costs
 * tens of milliseconds when it is first used.
 *
 * @param nanos below 1e9 and not negative; the sign is that of {@code seconds}, or {@code negative}
 */
record DurationText(boolean negative, long seconds, int nanos) {
  private static final int DECIMALS = 9;
  private static final long SECOND = 1_000_000_000L;

  /** Null if the text is no duration. */
  static @Nullable DurationText parse(String text) {
    int end = text.length() - 1;
    if (end < 1 || text.charAt(end) != 's' || text.length() > 40) {
      return null;
    }
    int at = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
    int point = text.indexOf('.');
    int whole = point < 0 ? end : point;
    int decimals = point < 0 ? 0 : end - point - 1;
    if (decimals > DECIMALS || (whole == at && decimals == 0)) {
      return null;
    }
    long seconds = digits(text, at, whole);
    long nanos = point < 0 ? 0 : digits(text, point + 1, end);
    if (seconds < 0 || nanos < 0) {
      return null;
    }
    for (int i = decimals; i < DECIMALS; i++) {
      nanos *= 10;
    }
    boolean negative = text.charAt(0) == '-' && (seconds != 0 || nanos != 0);
    return new DurationText(negative, seconds, (int) nanos);
  }

  /** The sum of both; null if it is beyond what a number holds. */
  static @Nullable DurationText of(long seconds, long nanos) {
    long carried = Math.floorDiv(nanos, SECOND);
    long sum = seconds + carried;
    if (((seconds ^ sum) & (carried ^ sum)) < 0) {
      return null;
    }
    return new DurationText(sum < 0, sum, (int) Math.floorMod(nanos, SECOND));
  }

  /** The number that stands between two places, at most {@link Long#MAX_VALUE}; -1 if none does. */
  private static long digits(String text, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
    }
    return value;
  }
}
