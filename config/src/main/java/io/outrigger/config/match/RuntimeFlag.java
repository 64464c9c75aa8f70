package io.outrigger.config.match;

import io.envoyproxy.envoy.config.core.v3.RuntimeFeatureFlag;
import io.outrigger.config.runtime.RuntimeValue;
import io.outrigger.config.runtime.RuntimeValues;

/** Whether something is on, with the runtime key that may override it. */
public record RuntimeFlag(boolean otherwise, String runtimeKey) {
  public static RuntimeFlag of(boolean given, RuntimeFeatureFlag proto) {
    return new RuntimeFlag(
        !given || !proto.hasDefaultValue() || proto.getDefaultValue().getValue(),
        proto.getRuntimeKey());
  }

  public boolean holds() {
    RuntimeValue override = runtimeKey.isEmpty() ? null : RuntimeValues.of(runtimeKey);
    if (override == null) {
      return otherwise;
    }
    return override.text().equals("true") || (otherwise && !override.text().equals("false"));
  }
}
