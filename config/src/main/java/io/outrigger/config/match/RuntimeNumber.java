package io.outrigger.config.match;

import io.outrigger.config.runtime.RuntimeValue;
import io.outrigger.config.runtime.RuntimeValues;

/** A number, with the runtime key that may override it by a whole one. */
public record RuntimeNumber(double otherwise, String runtimeKey) {
  public double value() {
    RuntimeValue override = runtimeKey.isEmpty() ? null : RuntimeValues.of(runtimeKey);
    return override == null || override.number() < 0 ? otherwise : override.number();
  }
}
