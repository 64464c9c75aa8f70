package io.outrigger.control.resource;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Durations as Istio's resources write them: {@code 1h30m}, {@code 1.5s}, {@code 100ms}. */
public final class Durations {
  /** The texts that are durations, as a regular expression for others. */
  public static final String PATTERN = "^(0|(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|ms|s|m|h))+)$";

  private static final Map<String, BigDecimal> NANOS =
      Map.of(
          "ns", new BigDecimal("1"),
          "us", new BigDecimal("1000"),
          "ms", new BigDecimal("1000000"),
          "s", new BigDecimal("1000000000"),
          "m", new BigDecimal("60000000000"),
          "h", new BigDecimal("3600000000000"));
  private static final BigDecimal MAX = new BigDecimal(Long.MAX_VALUE);

  private Durations() {}

  /** The duration of a text without a sign, or null if it isn't one. */
  public static @Nullable Duration parse(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    BigDecimal total = BigDecimal.ZERO;
    int at = 0;
    while (at < text.length()) {
      int unit = at;
      while (unit < text.length() && (digit(text.charAt(unit)) || text.charAt(unit) == '.')) {
        unit++;
      }
      int end = unit;
      while (end < text.length() && !digit(text.charAt(end)) && text.charAt(end) != '.') {
        end++;
      }
      BigDecimal scale = NANOS.get(text.substring(unit, end));
      if (scale == null || unit == at || unit - at > 20) {
        return null;
      }
      try {
        total = total.add(new BigDecimal(text.substring(at, unit)).multiply(scale));
      } catch (NumberFormatException e) {
        return null;
      }
      at = end;
    }
    return text.isEmpty() || total.compareTo(MAX) > 0 ? null : Duration.ofNanos(total.longValue());
  }

  private static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }
}
