package io.outrigger.config.accesslog;

import io.outrigger.config.accesslog.TimeFormat.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses strftime formats with Envoy's additions: {@code %f}, {@code %3f}, {@code %s}, {@code %3s}.
 */
final class TimeFormatParser {
  private static final String CONVERSIONS = "aAbBcCdDeFgGhHIjklmMnprRSTtuUVwWxXyYzZ";

  private TimeFormatParser() {}

  static TimeFormat parse(@Nullable String format, boolean local) throws FormatException {
    if (format == null || format.isEmpty()) {
      return new TimeFormat("", local, List.of());
    }
    List<Part> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c != '%') {
        text.append(c);
        continue;
      }
      int digits = 0;
      while (at < format.length() && Character.isDigit(format.charAt(at))) {
        digits = Math.min(99, digits * 10 + format.charAt(at++) - '0');
      }
      if (at == format.length()) {
        throw new FormatException("Invalid time format '" + format + "': it ends in a %");
      }
      char letter = format.charAt(at++);
      if (letter == '%') {
        text.append('%');
        continue;
      }
      flush(text, parts);
      parts.add(part(format, letter, digits));
    }
    flush(text, parts);
    return new TimeFormat(format, local, parts);
  }

  private static Part part(String format, char letter, int digits) throws FormatException {
    if (letter == 'f') {
      if (digits > 9) {
        throw new FormatException(
            "Invalid subsecond precision in time format '" + format + "'; 1 to 9 digits allowed");
      }
      return new TimeFormat.Fraction(digits == 0 ? 9 : digits);
    }
    if (letter == 's') {
      return new TimeFormat.Epoch(Math.min(digits, 9));
    }
    if (digits > 0 || CONVERSIONS.indexOf(letter) < 0) {
      throw new FormatException(
          "Invalid time format '"
              + format
              + "': %"
              + (digits > 0 ? digits : "")
              + letter
              + " is not one of strftime's conversions");
    }
    return new TimeFormat.Conversion(letter);
  }

  private static void flush(StringBuilder text, List<Part> parts) {
    if (!text.isEmpty()) {
      parts.add(new TimeFormat.Text(text.toString()));
      text.setLength(0);
    }
  }
}
