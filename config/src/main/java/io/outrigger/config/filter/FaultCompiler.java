package io.outrigger.config.filter;

import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.match.HeaderMatcherCompiler;
import io.outrigger.config.match.RuntimeFractionCompiler;
import io.outrigger.config.match.RuntimeNumber;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/** Compiles HTTPFault messages, of the chain and of routes. */
final class FaultCompiler {
  private FaultCompiler() {}

  static FaultConfig compile(HTTPFault proto, Problems problems) {
    return new FaultConfig(
        proto.hasDelay() ? delay(proto, problems.at("delay")) : null,
        proto.hasAbort() ? abort(proto, problems.at("abort")) : null,
        proto.hasResponseRateLimit() ? rateLimit(proto, problems.at("response_rate_limit")) : null,
        proto.getUpstreamCluster(),
        HeaderMatcherCompiler.compileAll(proto.getHeadersList(), "headers", problems),
        new HashSet<>(proto.getDownstreamNodesList()),
        new RuntimeNumber(
            proto.hasMaxActiveFaults()
                ? Unsigned.toLong(proto.getMaxActiveFaults().getValue())
                : -1,
            orDefault(proto.getMaxActiveFaultsRuntime(), "fault.http.max_active_faults")),
        proto.getDisableDownstreamClusterStats());
  }

  private static FaultConfig.Delay delay(HTTPFault fault, Problems problems) {
    FaultDelay proto = fault.getDelay();
    if (!proto.hasFixedDelay() && !proto.hasHeaderDelay()) {
      problems.error("one of fixed_delay or header_delay is required");
    }
    return new FaultConfig.Delay(
        new RuntimeNumber(
            Millis.positive(
                proto.hasFixedDelay(), proto.getFixedDelay(), 0, problems.at("fixed_delay")),
            orDefault(fault.getDelayDurationRuntime(), "fault.http.delay.fixed_duration_ms")),
        proto.hasHeaderDelay(),
        RuntimeFractionCompiler.compile(
            proto.getPercentage(),
            orDefault(fault.getDelayPercentRuntime(), "fault.http.delay.fixed_delay_percent")));
  }

  private static FaultConfig.@Nullable Abort abort(HTTPFault fault, Problems problems) {
    FaultAbort proto = fault.getAbort();
    if (proto.hasHttpStatus() && (proto.getHttpStatus() < 200 || proto.getHttpStatus() > 599)) {
      problems.error("http_status", "is " + proto.getHttpStatus() + "; 200 to 599 is allowed");
    }
    return switch (proto.getErrorTypeCase()) {
      case HTTP_STATUS, GRPC_STATUS, HEADER_ABORT ->
          new FaultConfig.Abort(
              new RuntimeNumber(
                  proto.getHttpStatus(),
                  orDefault(fault.getAbortHttpStatusRuntime(), "fault.http.abort.http_status")),
              new RuntimeNumber(
                  proto.hasGrpcStatus() ? proto.getGrpcStatus() : -1,
                  orDefault(fault.getAbortGrpcStatusRuntime(), "fault.http.abort.grpc_status")),
              proto.hasHeaderAbort(),
              RuntimeFractionCompiler.compile(
                  proto.getPercentage(),
                  orDefault(fault.getAbortPercentRuntime(), "fault.http.abort.abort_percent")));
      case ERRORTYPE_NOT_SET -> {
        problems.error("one of http_status, grpc_status or header_abort is required");
        yield null;
      }
    };
  }

  private static FaultConfig.RateLimit rateLimit(HTTPFault fault, Problems problems) {
    FaultRateLimit proto = fault.getResponseRateLimit();
    if (!proto.hasFixedLimit() && !proto.hasHeaderLimit()) {
      problems.error("one of fixed_limit or header_limit is required");
    }
    if (proto.hasFixedLimit() && proto.getFixedLimit().getLimitKbps() == 0) {
      problems.at("fixed_limit").error("limit_kbps", "is 0; 1 or more is allowed");
    }
    return new FaultConfig.RateLimit(
        proto.getFixedLimit().getLimitKbps(),
        proto.hasHeaderLimit(),
        RuntimeFractionCompiler.compile(
            proto.getPercentage(),
            orDefault(
                fault.getResponseRateLimitPercentRuntime(),
                "fault.http.rate_limit.response_percent")));
  }

  private static String orDefault(String key, String otherwise) {
    return key.isEmpty() ? otherwise : key;
  }
}
