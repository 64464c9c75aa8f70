package io.outrigger.config.compile;

import com.google.protobuf.Duration;

/** Durations of messages as milliseconds. */
public final class Millis {
  private Millis() {}

  /** The duration, rounded up to a millisecond; a negative one is an error. */
  public static long of(Duration duration, Problems problems) {
    if (duration.getSeconds() < 0 || duration.getNanos() < 0) {
      problems.error("is negative; a duration of zero or more is allowed");
      return 0;
    }
    if (duration.getSeconds() > 315_576_000_000L || duration.getNanos() > 999_999_999) {
      problems.error("is out of range; at most 315576000000 seconds are allowed");
      return 0;
    }
    return duration.getSeconds() * 1000 + (duration.getNanos() + 999_999) / 1_000_000;
  }

  /** The duration if it is there, else a default. */
  public static long orElse(boolean has, Duration duration, long otherwise, Problems problems) {
    return has ? of(duration, problems) : otherwise;
  }

  /** The duration if it is there, which must be above zero, else a default. */
  public static long positive(boolean has, Duration duration, long otherwise, Problems problems) {
    if (!has) {
      return otherwise;
    }
    long millis = of(duration, problems);
    if (millis == 0) {
      problems.error("is 0; a duration above zero is allowed");
    }
    return millis;
  }
}
