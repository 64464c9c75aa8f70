package io.outrigger.config.cluster;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.outrigger.config.cluster.LbPolicy.SlowStart;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;

/** Compiles slow start, of the cluster and of load balancing policies. */
final class SlowStartCompiler {
  private SlowStartCompiler() {}

  static SlowStart compile(Cluster.SlowStartConfig proto, Problems problems) {
    return slowStart(
        proto.hasSlowStartWindow(),
        proto.getSlowStartWindow(),
        proto.hasAggression() ? proto.getAggression().getDefaultValue() : 1.0,
        proto.hasMinWeightPercent() ? proto.getMinWeightPercent().getValue() : 10,
        problems);
  }

  static SlowStart compile(
      io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.SlowStartConfig proto,
      Problems problems) {
    return slowStart(
        proto.hasSlowStartWindow(),
        proto.getSlowStartWindow(),
        proto.hasAggression() ? proto.getAggression().getDefaultValue() : 1.0,
        proto.hasMinWeightPercent() ? proto.getMinWeightPercent().getValue() : 10,
        problems);
  }

  private static SlowStart slowStart(
      boolean has, Duration window, double aggression, double minPercent, Problems problems) {
    if (aggression <= 0) {
      problems.error("aggression", "is " + aggression + "; a number above zero is allowed");
    }
    return new SlowStart(
        Millis.orElse(has, window, 0, problems.at("slow_start_window")),
        aggression,
        (int) minPercent);
  }
}
