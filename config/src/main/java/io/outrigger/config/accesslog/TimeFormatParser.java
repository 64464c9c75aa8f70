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

  /** As strftime does, what is not a conversion stays as text. */
  static TimeFormat parse(@Nullable String format, boolean local) {
    if (format == null || format.isEmpty()) {
      return new TimeFormat("", local, List.of());
    }
    List<Part> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < format.length()) {
      int percent = at;
      if (format.charAt(at++) != '%') {
        text.append(format.charAt(percent));
        continue;
      }
      int digits = 0;
      while (at < format.length() && Character.isDigit(format.charAt(at))) {
        digits = Math.min(99, digits * 10 + format.charAt(at++) - '0');
      }
      char letter = at < format.length() ? format.charAt(at++) : 0;
      Part part = part(letter, digits);
      if (letter == '%' && digits == 0) {
        text.append('%');
      } else if (part == null) {
        text.append(format, percent, at);
      } else {
        flush(text, parts);
        parts.add(part);
      }
    }
    flush(text, parts);
    return new TimeFormat(format, local, parts);
  }

  private static @Nullable Part part(char letter, int digits) {
    if (letter == 'f') {
      return new TimeFormat.Fraction(digits == 0 ? 9 : Math.min(digits, 9));
    }
    if (letter == 's') {
      return new TimeFormat.Epoch(Math.min(digits, 9));
    }
    return digits == 0 && CONVERSIONS.indexOf(letter) >= 0
        ? new TimeFormat.Conversion(letter)
        : null;
  }

  private static void flush(StringBuilder text, List<Part> parts) {
    if (!text.isEmpty()) {
      parts.add(new TimeFormat.Text(text.toString()));
      text.setLength(0);
    }
  }
}
