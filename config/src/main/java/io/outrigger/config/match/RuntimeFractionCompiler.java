package io.outrigger.config.match;

import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.outrigger.config.compile.Unsigned;

/** Compiles fractional percents. */
public final class RuntimeFractionCompiler {
  private RuntimeFractionCompiler() {}

  public static RuntimeFraction compile(RuntimeFractionalPercent proto) {
    return compile(proto.getDefaultValue(), proto.getRuntimeKey());
  }

  public static RuntimeFraction compile(FractionalPercent proto, String runtimeKey) {
    return new RuntimeFraction(
        Unsigned.clamp(proto.getNumerator()), denominator(proto), runtimeKey);
  }

  private static int denominator(FractionalPercent proto) {
    return switch (proto.getDenominator()) {
      case TEN_THOUSAND -> 10_000;
      case MILLION -> 1_000_000;
      case HUNDRED, UNRECOGNIZED -> 100;
    };
  }
}
