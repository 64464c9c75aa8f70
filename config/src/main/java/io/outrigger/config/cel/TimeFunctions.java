package io.outrigger.config.cel;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/** Functions of points in time and of lengths of time. */
final class TimeFunctions {
  private static final CelError OUT_OF_RANGE = new CelError("out of range");

  private TimeFunctions() {}

  /** What is asked of a point in time. */
  private interface Part {
    long of(ZonedDateTime time);
  }

  /** What is asked of a length. */
  private interface Unit {
    long of(Duration length);
  }

  static Function.@Nullable Body find(String name) {
    return switch (name) {
      case "getFullYear" -> body(ZonedDateTime::getYear, null);
      case "getMonth" -> body(time -> time.getMonthValue() - 1, null);
      case "getDate" -> body(ZonedDateTime::getDayOfMonth, null);
      case "getDayOfMonth" -> body(time -> time.getDayOfMonth() - 1, null);
      case "getDayOfYear" -> body(time -> time.getDayOfYear() - 1, null);
      case "getDayOfWeek" -> body(time -> time.getDayOfWeek().getValue() % 7, null);
      case "getHours" -> body(ZonedDateTime::getHour, Duration::toHours);
      case "getMinutes" -> body(ZonedDateTime::getMinute, Duration::toMinutes);
      case "getSeconds" -> body(ZonedDateTime::getSecond, Duration::toSeconds);
      case "getMilliseconds" ->
          body(time -> time.getNano() / 1_000_000, length -> length.toMillisPart());
      default -> null;
    };
  }

  private static Function.Body body(Part part, @Nullable Unit unit) {
    return a -> {
      if (a[0] instanceof Duration length && unit != null && a.length == 1) {
        return unit.of(length);
      }
      if (!(a[0] instanceof Instant instant)) {
        return Functions.NONE;
      }
      if (a.length == 1) {
        return part.of(instant.atZone(ZoneOffset.UTC));
      }
      try {
        return a[1] instanceof String zone
            ? (Object) part.of(instant.atZone(ZoneId.of(zone)))
            : Functions.NONE;
      } catch (DateTimeException e) {
        return new CelError("is no time zone: " + a[1]);
      }
    };
  }

  static Object plus(Instant from, Duration length) {
    try {
      return from.plus(length);
    } catch (DateTimeException | ArithmeticException e) {
      return OUT_OF_RANGE;
    }
  }

  static Object plus(Duration one, Duration other) {
    try {
      return one.plus(other);
    } catch (ArithmeticException e) {
      return OUT_OF_RANGE;
    }
  }

  static Object timestamp(long seconds) {
    try {
      return Instant.ofEpochSecond(seconds);
    } catch (DateTimeException e) {
      return OUT_OF_RANGE;
    }
  }

  static Object timestamp(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return new CelError("is no timestamp: " + text);
    }
  }

  /** {@code 1.5s}. */
  static String seconds(Duration length) {
    Duration whole = length.abs();
    String sign = length.isNegative() ? "-" : "";
    return sign + CelText.decimal(whole.toSeconds(), whole.toNanosPart(), 1_000_000_000) + "s";
  }

  /** {@code 1h1m1.5s}. */
  static Object duration(String text) {
    CelError wrong = new CelError("is no duration: " + text);
    boolean negative = text.startsWith("-");
    int at = negative || text.startsWith("+") ? 1 : 0;
    if (text.substring(at).equals("0")) {
      return Duration.ZERO;
    }
    Duration sum = Duration.ZERO;
    if (at == text.length()) {
      return wrong;
    }
    while (at < text.length()) {
      int end = at;
      while (end < text.length() && (isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
        end++;
      }
      int unitEnd = end;
      while (unitEnd < text.length()
          && !isDigit(text.charAt(unitEnd))
          && text.charAt(unitEnd) != '.') {
        unitEnd++;
      }
      double nanos = nanos(text.substring(end, unitEnd));
      if (end == at || end - at > 15 || nanos == 0) {
        return wrong;
      }
      try {
        double number = Double.parseDouble(text.substring(at, end));
        sum = sum.plusSeconds((long) (number * nanos / 1e9));
        sum = sum.plusNanos(Math.round(number * nanos % 1e9));
      } catch (NumberFormatException | ArithmeticException e) {
        return wrong;
      }
      at = unitEnd;
    }
    return negative ? sum.negated() : sum;
  }

  private static double nanos(String unit) {
    return switch (unit) {
      case "h" -> 3600e9;
      case "m" -> 60e9;
      case "s" -> 1e9;
      case "ms" -> 1e6;
      case "us" -> 1e3;
      case "ns" -> 1;
      default -> 0;
    };
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
