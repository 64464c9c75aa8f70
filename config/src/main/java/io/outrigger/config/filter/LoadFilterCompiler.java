package io.outrigger.config.filter;

import io.envoyproxy.envoy.config.core.v3.RuntimePercent;
import io.envoyproxy.envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency;
import io.envoyproxy.envoy.extensions.filters.http.adaptive_concurrency.v3.GradientControllerConfig;
import io.envoyproxy.envoy.extensions.filters.http.admission_control.v3.AdmissionControl;
import io.envoyproxy.envoy.type.v3.Int32Range;
import io.envoyproxy.envoy.type.v3.Percent;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.concurrency.GradientController;
import io.outrigger.config.concurrency.GradientSettings;
import io.outrigger.config.match.RuntimeFlag;
import io.outrigger.config.match.RuntimeNumber;
import java.util.ArrayList;
import java.util.List;

/** Compiles the filters that shed load: adaptive_concurrency and admission_control. */
final class LoadFilterCompiler {
  private static final int UNAVAILABLE = 503;
  private static final long NANOS = 1_000_000L;
  private static final long DEFAULT_WINDOW_MILLIS = 30_000;

  /** All but DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE, DATA_LOSS. */
  private static final List<Integer> GRPC_SUCCESS = List.of(0, 1, 2, 3, 5, 6, 7, 9, 11, 12, 16);

  private LoadFilterCompiler() {}

  static AdaptiveConcurrencyConfig concurrency(AdaptiveConcurrency proto, Problems problems) {
    int status = proto.getConcurrencyLimitExceededStatus().getCodeValue();
    return new AdaptiveConcurrencyConfig(
        new GradientController(
            gradient(
                proto.getGradientControllerConfig(), problems.at("gradient_controller_config"))),
        RuntimeFlag.of(proto.hasEnabled(), proto.getEnabled()),
        status < 400 ? UNAVAILABLE : status); // as in Envoy
  }

  private static GradientSettings gradient(GradientControllerConfig proto, Problems problems) {
    var limit = proto.getConcurrencyLimitParams();
    var least = proto.getMinRttCalcParams();
    Problems leastAt = problems.at("min_rtt_calc_params");
    if (!least.hasInterval() && !least.hasFixedValue()) {
      leastAt.error("neither interval nor fixed_value is set; one of them is required");
    }
    return new GradientSettings(
        fraction(proto.hasSampleAggregatePercentile(), proto.getSampleAggregatePercentile(), 50),
        Unsigned.orElse(limit.hasMaxConcurrencyLimit(), limit.getMaxConcurrencyLimit(), 1000),
        NANOS
            * Millis.orElse(
                limit.hasConcurrencyUpdateInterval(),
                limit.getConcurrencyUpdateInterval(),
                0,
                problems.at("concurrency_limit_params").at("concurrency_update_interval")),
        NANOS * Millis.orElse(least.hasInterval(), least.getInterval(), 0, leastAt.at("interval")),
        NANOS
            * Millis.orElse(
                least.hasFixedValue(), least.getFixedValue(), 0, leastAt.at("fixed_value")),
        Unsigned.orElse(least.hasRequestCount(), least.getRequestCount(), 50),
        fraction(least.hasJitter(), least.getJitter(), 15),
        Unsigned.orElse(least.hasMinConcurrency(), least.getMinConcurrency(), 3),
        fraction(least.hasBuffer(), least.getBuffer(), 25));
  }

  private static double fraction(boolean set, Percent proto, double otherwise) {
    return (set ? proto.getValue() : otherwise) / 100;
  }

  static AdmissionControlConfig admission(AdmissionControl proto, Problems problems) {
    if (proto.hasSrThreshold() && proto.getSrThreshold().getDefaultValue().getValue() < 1) {
      problems.error("sr_threshold", "is below 1 %; 1 to 100 is allowed");
    }
    AdmissionControl.SuccessCriteria criteria = proto.getSuccessCriteria();
    long window =
        Millis.orElse(
            proto.hasSamplingWindow(),
            proto.getSamplingWindow(),
            DEFAULT_WINDOW_MILLIS,
            problems.at("sampling_window"));
    return new AdmissionControlConfig(
        RuntimeFlag.of(proto.hasEnabled(), proto.getEnabled()),
        statuses(criteria, problems.at("success_criteria").at("http_criteria")),
        grpcStatuses(criteria, problems.at("success_criteria").at("grpc_criteria")),
        window / 1000 * 1000 * NANOS,
        new RuntimeNumber(
            proto.hasAggression() ? Math.max(1, proto.getAggression().getDefaultValue()) : 1,
            proto.getAggression().getRuntimeKey()),
        percent(proto.hasSrThreshold(), proto.getSrThreshold(), 95),
        new RuntimeNumber(
            Integer.toUnsignedLong(proto.getRpsThreshold().getDefaultValue()),
            proto.getRpsThreshold().getRuntimeKey()),
        percent(proto.hasMaxRejectionProbability(), proto.getMaxRejectionProbability(), 80));
  }

  private static RuntimeNumber percent(boolean set, RuntimePercent proto, double otherwise) {
    return new RuntimeNumber(
        set ? proto.getDefaultValue().getValue() : otherwise, proto.getRuntimeKey());
  }

  private static List<AdmissionControlConfig.Range> statuses(
      AdmissionControl.SuccessCriteria criteria, Problems problems) {
    List<AdmissionControlConfig.Range> ranges = new ArrayList<>();
    List<Int32Range> given = criteria.getHttpCriteria().getHttpSuccessStatusList();
    for (int i = 0; i < given.size(); i++) {
      Int32Range range = given.get(i);
      if (range.getStart() > range.getEnd() || range.getStart() < 100 || range.getEnd() > 600) {
        problems
            .at("http_success_status", i)
            .error(
                "invalid HTTP range ["
                    + range.getStart()
                    + ", "
                    + range.getEnd()
                    + "); within [100, 600) is allowed");
      }
      ranges.add(new AdmissionControlConfig.Range(range.getStart(), range.getEnd()));
    }
    return ranges;
  }

  private static long grpcStatuses(AdmissionControl.SuccessCriteria criteria, Problems problems) {
    long bits = 0;
    List<Integer> given =
        criteria.hasGrpcCriteria()
            ? criteria.getGrpcCriteria().getGrpcSuccessStatusList()
            : GRPC_SUCCESS;
    for (int i = 0; i < given.size(); i++) {
      int status = given.get(i);
      if (status < 0 || status > 16) {
        problems.at("grpc_success_status", i).error("is " + status + "; 0 to 16 is allowed");
      } else {
        bits |= 1L << status;
      }
    }
    return bits;
  }
}
