package io.outrigger.config.match;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A test of one query parameter: that it is there, or its value. */
public final class QueryParameterMatcher {
  private final String name;
  private final byte[] nameBytes;
  private final @Nullable StringMatcher value;
  private final boolean present;

  /** A test of the value. */
  public QueryParameterMatcher(String name, StringMatcher value) {
    this(name, value, true);
  }

  /** A test of presence. */
  public QueryParameterMatcher(String name, boolean present) {
    this(name, null, present);
  }

  private QueryParameterMatcher(String name, @Nullable StringMatcher value, boolean present) {
    this.name = name;
    this.nameBytes = name.getBytes(StandardCharsets.UTF_8);
    this.value = value;
    this.present = present;
  }

  public String name() {
    return name;
  }

  /** Tests the path at these bytes, query included. The first parameter of the name counts. */
  public boolean matches(byte[] data, int offset, int length) {
    int end = offset + length;
    int at = offset;
    while (at < end && data[at] != '?') {
      at++;
    }
    at++;
    while (at < end) {
      int stop = at;
      int equals = -1;
      while (stop < end && data[stop] != '&' && data[stop] != '#') {
        if (equals < 0 && data[stop] == '=') {
          equals = stop;
        }
        stop++;
      }
      int nameEnd = equals < 0 ? stop : equals;
      if (Arrays.equals(data, at, nameEnd, nameBytes, 0, nameBytes.length)) {
        return testValue(data, equals < 0 ? stop : equals + 1, stop);
      }
      if (stop < end && data[stop] == '#') {
        break;
      }
      at = stop + 1;
    }
    return value == null && !present;
  }

  /** Tests a parameter's value; null: it isn't there. */
  public boolean matches(@Nullable String found) {
    if (found == null) {
      return value == null && !present;
    }
    byte[] bytes = found.getBytes(StandardCharsets.ISO_8859_1);
    return testValue(bytes, 0, bytes.length);
  }

  private boolean testValue(byte[] data, int from, int to) {
    return value == null ? present : value.matches(data, from, to - from);
  }
}
