package io.outrigger.proxy.accesslog;

import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;

/** Response flags as the access log's message has them. */
final class GrpcLogFlags {
  private GrpcLogFlags() {}

  static ResponseFlags of(long flags) {
    ResponseFlags.Builder out = ResponseFlags.newBuilder();
    ResponseFlag flag = ResponseFlag.at(flags, 0);
    for (int i = 0; flag != null; flag = ResponseFlag.at(flags, ++i)) {
      set(out, flag);
    }
    return out.build();
  }

  private static void set(ResponseFlags.Builder out, ResponseFlag flag) {
    switch (flag) {
      case LH -> out.setFailedLocalHealthcheck(true);
      case UH -> out.setNoHealthyUpstream(true);
      case UT -> out.setUpstreamRequestTimeout(true);
      case LR -> out.setLocalReset(true);
      case UR -> out.setUpstreamRemoteReset(true);
      case UF -> out.setUpstreamConnectionFailure(true);
      case UC -> out.setUpstreamConnectionTermination(true);
      case UO -> out.setUpstreamOverflow(true);
      case NR -> out.setNoRouteFound(true);
      case DI -> out.setDelayInjected(true);
      case FI -> out.setFaultInjected(true);
      case RL -> out.setRateLimited(true);
      case RLSE -> out.setRateLimitServiceError(true);
      case UAEX ->
          out.setUnauthorizedDetails(
              ResponseFlags.Unauthorized.newBuilder()
                  .setReason(ResponseFlags.Unauthorized.Reason.EXTERNAL_SERVICE));
      case DC -> out.setDownstreamConnectionTermination(true);
      case DR -> out.setDownstreamRemoteReset(true);
      case DPE -> out.setDownstreamProtocolError(true);
      case URX -> out.setUpstreamRetryLimitExceeded(true);
      case SI -> out.setStreamIdleTimeout(true);
      case IH -> out.setInvalidEnvoyRequestHeaders(true);
      case UMSDR -> out.setUpstreamMaxStreamDurationReached(true);
      case RFCF -> out.setResponseFromCacheFilter(true);
      case NFCF -> out.setNoFilterConfigFound(true);
      case DT -> out.setDurationTimeout(true);
      case UPE -> out.setUpstreamProtocolError(true);
      case NC -> out.setNoClusterFound(true);
      case OM -> out.setOverloadManager(true);
      case DF -> out.setDnsResolutionFailure(true);
      default -> {} // the message has no field for it
    }
  }
}
