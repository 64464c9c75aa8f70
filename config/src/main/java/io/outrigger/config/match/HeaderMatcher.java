package io.outrigger.config.match;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;

/**
 * A test of one header of a request or response.
 *
 * @param invert the outcome is turned around
 * @param treatMissingAsEmpty a missing header is tested as an empty value
 */
public record HeaderMatcher(
    HeaderName name, HeaderTest test, boolean invert, boolean treatMissingAsEmpty) {
  private static final byte[] EMPTY = {};

  /** What is asked of a header's value. */
  public sealed interface HeaderTest {
    boolean matches(byte[] data, int offset, int length);
  }

  /** The header is there, or is not. */
  public record Present(boolean present) implements HeaderTest {
    @Override
    public boolean matches(byte[] data, int offset, int length) {
      return present;
    }
  }

  /** The value is a decimal integer in [start, end). */
  public record Range(long start, long end) implements HeaderTest {
    @Override
    public boolean matches(byte[] data, int offset, int length) {
      long value = Decimals.parse(data, offset, length);
      return value != Decimals.NOT_A_NUMBER && value >= start && value < end;
    }
  }

  /** The value passes a string test. */
  public record Text(StringMatcher matcher) implements HeaderTest {
    @Override
    public boolean matches(byte[] data, int offset, int length) {
      return matcher.matches(data, offset, length);
    }
  }

  public boolean matches(Headers headers) {
    int slot = headers.find(name);
    if (test instanceof Present present) {
      return ((slot >= 0) == present.present()) != invert;
    }
    if (slot < 0) {
      // Without treat_missing_as_empty a missing header fails, whatever invert_match says.
      return treatMissingAsEmpty && test.matches(EMPTY, 0, 0) != invert;
    }
    return anyMatches(headers, slot) != invert;
  }

  /** Values of a header that is there more than once are tested one by one. */
  private boolean anyMatches(Headers headers, int first) {
    for (int slot = first; slot >= 0; slot = headers.next(name, slot)) {
      if (test.matches(headers.data(), headers.valueOffset(slot), headers.valueLength(slot))) {
        return true;
      }
    }
    return false;
  }
}
