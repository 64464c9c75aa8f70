package io.outrigger.config.match;

import io.outrigger.config.runtime.RuntimeValue;
import io.outrigger.config.runtime.RuntimeValues;

/**
 * A fraction of requests, with the runtime key that may override it.
 *
 * @param denominator 100, 10,000 or 1,000,000
 */
public record RuntimeFraction(int numerator, int denominator, String runtimeKey) {
  public static final RuntimeFraction ALL = new RuntimeFraction(100, 100, "");

  /** Whether a request with this random number is in the fraction. */
  public boolean admits(long random) {
    if (!runtimeKey.isEmpty()) {
      RuntimeValue override = RuntimeValues.of(runtimeKey);
      if (override != null && override.numerator() >= 0) {
        return Long.remainderUnsigned(random, override.denominator()) < override.numerator();
      }
    }
    return Long.remainderUnsigned(random, denominator) < numerator;
  }
}
