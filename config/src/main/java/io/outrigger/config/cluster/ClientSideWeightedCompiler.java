package io.outrigger.config.cluster;

import io.envoyproxy.envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;

/** Compiles client-side weighted round robin. */
final class ClientSideWeightedCompiler {
  private static final long DEFAULT_BLACKOUT_MILLIS = 10_000;
  private static final long DEFAULT_EXPIRATION_MILLIS = 180_000;
  private static final long DEFAULT_UPDATE_MILLIS = 1_000;
  private static final long LEAST_UPDATE_MILLIS = 100;

  private ClientSideWeightedCompiler() {}

  static LbPolicy compile(ClientSideWeightedRoundRobin proto, Problems problems) {
    if (proto.getEnableOobLoadReport().getValue()) {
      problems.warning(
          "enable_oob_load_report",
          "is not supported and has no effect: loads are taken from answers alone");
    }
    float penalty = proto.getErrorUtilizationPenalty().getValue();
    if (penalty < 0 || Float.isNaN(penalty)) {
      problems.error("error_utilization_penalty", "is " + penalty + "; 0 or more is allowed");
    }
    long update =
        Millis.orElse(
            proto.hasWeightUpdatePeriod(),
            proto.getWeightUpdatePeriod(),
            DEFAULT_UPDATE_MILLIS,
            problems.at("weight_update_period"));
    return new LbPolicy.ClientSideWeighted(
        Millis.orElse(
            proto.hasBlackoutPeriod(),
            proto.getBlackoutPeriod(),
            DEFAULT_BLACKOUT_MILLIS,
            problems.at("blackout_period")),
        Millis.orElse(
            proto.hasWeightExpirationPeriod(),
            proto.getWeightExpirationPeriod(),
            DEFAULT_EXPIRATION_MILLIS,
            problems.at("weight_expiration_period")),
        Math.max(LEAST_UPDATE_MILLIS, update),
        penalty,
        proto.getMetricNamesForComputingUtilizationList());
  }
}
