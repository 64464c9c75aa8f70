package io.outrigger.config.cluster;

import com.google.protobuf.UInt32Value;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;

/** Compiles OutlierDetection messages, with Envoy's defaults. */
final class OutlierDetectionCompiler {
  private static final long DEFAULT_MAX_EJECTION_MILLIS = 300_000;

  private OutlierDetectionCompiler() {}

  static OutlierDetection compile(
      io.envoyproxy.envoy.config.cluster.v3.OutlierDetection proto, Problems problems) {
    if (proto.getMonitorsCount() > 0) {
      problems.ignored("monitors");
    }
    long base =
        Millis.positive(
            proto.hasBaseEjectionTime(),
            proto.getBaseEjectionTime(),
            30_000,
            problems.at("base_ejection_time"));
    long max =
        Millis.positive(
            proto.hasMaxEjectionTime(),
            proto.getMaxEjectionTime(),
            Math.max(DEFAULT_MAX_EJECTION_MILLIS, base),
            problems.at("max_ejection_time"));
    if (max < base) {
      problems.error(
          "max_ejection_time",
          "is " + max + " ms; it cannot be smaller than base_ejection_time, " + base + " ms");
    }
    return new OutlierDetection(
        number(proto.hasConsecutive5Xx(), proto.getConsecutive5Xx(), 5),
        Millis.positive(proto.hasInterval(), proto.getInterval(), 10_000, problems.at("interval")),
        base,
        max,
        Millis.orElse(
            proto.hasMaxEjectionTimeJitter(),
            proto.getMaxEjectionTimeJitter(),
            0,
            problems.at("max_ejection_time_jitter")),
        percent(
            proto.hasMaxEjectionPercent(),
            proto.getMaxEjectionPercent(),
            10,
            problems.at("max_ejection_percent")),
        percent(
            proto.hasEnforcingConsecutive5Xx(),
            proto.getEnforcingConsecutive5Xx(),
            100,
            problems.at("enforcing_consecutive_5xx")),
        percent(
            proto.hasEnforcingSuccessRate(),
            proto.getEnforcingSuccessRate(),
            100,
            problems.at("enforcing_success_rate")),
        number(proto.hasSuccessRateMinimumHosts(), proto.getSuccessRateMinimumHosts(), 5),
        number(proto.hasSuccessRateRequestVolume(), proto.getSuccessRateRequestVolume(), 100),
        number(proto.hasSuccessRateStdevFactor(), proto.getSuccessRateStdevFactor(), 1900),
        number(proto.hasConsecutiveGatewayFailure(), proto.getConsecutiveGatewayFailure(), 5),
        percent(
            proto.hasEnforcingConsecutiveGatewayFailure(),
            proto.getEnforcingConsecutiveGatewayFailure(),
            0,
            problems.at("enforcing_consecutive_gateway_failure")),
        proto.getSplitExternalLocalOriginErrors(),
        number(
            proto.hasConsecutiveLocalOriginFailure(), proto.getConsecutiveLocalOriginFailure(), 5),
        percent(
            proto.hasEnforcingConsecutiveLocalOriginFailure(),
            proto.getEnforcingConsecutiveLocalOriginFailure(),
            100,
            problems.at("enforcing_consecutive_local_origin_failure")),
        percent(
            proto.hasEnforcingLocalOriginSuccessRate(),
            proto.getEnforcingLocalOriginSuccessRate(),
            100,
            problems.at("enforcing_local_origin_success_rate")),
        percent(
            proto.hasFailurePercentageThreshold(),
            proto.getFailurePercentageThreshold(),
            85,
            problems.at("failure_percentage_threshold")),
        percent(
            proto.hasEnforcingFailurePercentage(),
            proto.getEnforcingFailurePercentage(),
            0,
            problems.at("enforcing_failure_percentage")),
        percent(
            proto.hasEnforcingFailurePercentageLocalOrigin(),
            proto.getEnforcingFailurePercentageLocalOrigin(),
            0,
            problems.at("enforcing_failure_percentage_local_origin")),
        number(
            proto.hasFailurePercentageMinimumHosts(), proto.getFailurePercentageMinimumHosts(), 5),
        number(
            proto.hasFailurePercentageRequestVolume(),
            proto.getFailurePercentageRequestVolume(),
            50),
        !proto.hasSuccessfulActiveHealthCheckUnejectHost()
            || proto.getSuccessfulActiveHealthCheckUnejectHost().getValue(),
        proto.getAlwaysEjectOneHost().getValue());
  }

  private static int number(boolean has, UInt32Value value, int otherwise) {
    return Unsigned.orElse(has, value, otherwise);
  }

  private static int percent(boolean has, UInt32Value value, int otherwise, Problems problems) {
    return Unsigned.within(has, value, otherwise, 0, 100, problems);
  }
}
