package io.outrigger.config.cel;

import com.google.protobuf.ByteString;
import com.google.protobuf.NullValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** Values in the form in which Envoy prints them. */
public final class CelText {
  private CelText() {}

  /** A value as Envoy prints it. */
  public static String of(Object value) {
    if (value instanceof ByteString bytes) {
      return bytes.toString(StandardCharsets.UTF_8);
    }
    if (value instanceof Double number) {
      return number(number);
    }
    if (value instanceof Duration duration) {
      return duration(duration);
    }
    if (value instanceof Instant instant) {
      return timestamp(instant);
    }
    if (value instanceof NullValue) {
      return "NULL";
    }
    if (value instanceof List) {
      return "CelList value";
    }
    if (value instanceof CelMap) {
      return "CelMap value";
    }
    return value instanceof CelType ? "CelType value" : value.toString();
  }

  /** Six digits, as C's %g. */
  private static String number(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
    }
    if (number == Math.rint(number) && Math.abs(number) < 1e6) {
      return Long.toString((long) number);
    }
    String text = String.format(Locale.ROOT, "%.5e", number);
    int exponent = Integer.parseInt(text.substring(text.indexOf('e') + 1));
    if (exponent < -4 || exponent >= 6) {
      String digits = trimmed(text.substring(0, text.indexOf('e')));
      return digits + text.substring(text.indexOf('e'));
    }
    return trimmed(String.format(Locale.ROOT, "%." + (5 - exponent) + "f", number));
  }

  private static String trimmed(String digits) {
    if (digits.indexOf('.') < 0) {
      return digits;
    }
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, digits.charAt(end - 1) == '.' ? end - 1 : end);
  }

  /** {@code 1h1m1.5s}, {@code 390.721us}. */
  private static String duration(Duration duration) {
    if (duration.isZero()) {
      return "0";
    }
    StringBuilder out = new StringBuilder();
    Duration length = duration.abs();
    if (duration.isNegative()) {
      out.append('-');
    }
    long nanos = length.toNanosPart();
    if (length.toSeconds() == 0) {
      String unit = nanos >= 1_000_000 ? "ms" : nanos >= 1_000 ? "us" : "ns";
      long scale = nanos >= 1_000_000 ? 1_000_000 : nanos >= 1_000 ? 1_000 : 1;
      return out.append(decimal(nanos / scale, nanos % scale, scale)).append(unit).toString();
    }
    long hours = length.toHours();
    int minutes = length.toMinutesPart();
    if (hours > 0) {
      out.append(hours).append('h');
    }
    if (minutes > 0) {
      out.append(minutes).append('m');
    }
    if (length.toSecondsPart() > 0 || nanos > 0) {
      out.append(decimal(length.toSecondsPart(), nanos, 1_000_000_000)).append('s');
    }
    return out.toString();
  }

  static String decimal(long whole, long part, long scale) {
    return part == 0
        ? Long.toString(whole)
        : trimmed(whole + "." + Long.toString(scale + part).substring(1));
  }

  /** {@code 2020-01-01T00:00:00.5+00:00}. */
  private static String timestamp(Instant instant) {
    OffsetDateTime time = instant.atOffset(ZoneOffset.UTC);
    String whole = time.truncatedTo(ChronoUnit.SECONDS).toString();
    String seconds = whole.length() == "2020-01-01T00:00Z".length() ? ":00" : "";
    String fraction = decimal(0, time.getNano(), 1_000_000_000).substring(1);
    return whole.substring(0, whole.length() - 1) + seconds + fraction + "+00:00";
  }
}
