package io.outrigger.config.compile;

import com.google.protobuf.UInt32Value;

/** Unsigned numbers of messages as Java's. */
public final class Unsigned {
  private Unsigned() {}

  /** An unsigned number, cut to what an int holds. */
  public static int clamp(int unsigned) {
    return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
  }

  public static long toLong(int unsigned) {
    return Integer.toUnsignedLong(unsigned);
  }

  /** The value if it is there, else a default. */
  public static int orElse(boolean has, UInt32Value value, int otherwise) {
    return has ? clamp(value.getValue()) : otherwise;
  }

  /** The value if it is there, else a default; outside of [min, max] it is an error. */
  public static int within(
      boolean has, UInt32Value value, int otherwise, int min, int max, Problems problems) {
    if (!has) {
      return otherwise;
    }
    long found = toLong(value.getValue());
    if (found < min || found > max) {
      problems.error("is " + found + "; " + min + " to " + max + " is allowed");
      return otherwise;
    }
    return (int) found;
  }
}
