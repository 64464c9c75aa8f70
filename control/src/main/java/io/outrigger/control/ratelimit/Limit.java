package io.outrigger.control.ratelimit;

import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.RateLimit.Unit;
import java.util.Set;

/**
 * A limit as configured: so many requests in each window of time.
 *
 * @param requests unsigned 32 bits
 * @param name what responses call it, and what others replace it by; may be empty
 * @param replaces names of limits that don't count where this one does
 * @param shadow what is beyond it is counted and let through
 * @param detailed statistics have the values of requests in their keys
 * @param key of its statistics: {@code domain.key_value.key}
 */
record Limit(
    long requests,
    Unit unit,
    boolean unlimited,
    String name,
    Set<String> replaces,
    boolean shadow,
    boolean detailed,
    String key) {
  Limit {
    replaces = Set.copyOf(replaces);
  }

  /** Seconds of a window; months have 30 days, years 365, as in Envoy's headers. */
  static int seconds(Unit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MINUTE -> 60;
      case HOUR -> 3600;
      case DAY -> 86_400;
      case WEEK -> 604_800;
      case MONTH -> 2_592_000;
      case YEAR -> 31_536_000;
      case UNKNOWN, UNRECOGNIZED -> throw new IllegalArgumentException("no unit");
    };
  }
}
