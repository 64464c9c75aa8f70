package io.outrigger.config.accesslog;

import java.util.List;

/**
 * A strftime format, parsed.
 *
 * @param local local time instead of UTC
 * @param parts empty: the default, {@code 2026-01-31T23:59:59.999Z}
 */
public record TimeFormat(String source, boolean local, List<Part> parts) {
  public static final TimeFormat DEFAULT = new TimeFormat("", false, List.of());

  public TimeFormat {
    parts = List.copyOf(parts);
  }

  /** A piece of a time format. */
  public sealed interface Part {}

  /** Text. */
  public record Text(String text) implements Part {}

  /** A strftime conversion, such as {@code Y} or {@code m}. */
  public record Conversion(char letter) implements Part {}

  /** Fraction of a second with this many digits: {@code %3f}, {@code %f} (9). */
  public record Fraction(int digits) implements Part {}

  /** Seconds since the epoch times 10^digits: {@code %s}, {@code %3s}. */
  public record Epoch(int digits) implements Part {}
}
