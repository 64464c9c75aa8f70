package io.outrigger.config.filter;

import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.XRateLimitHeadersRFCVersion;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.match.RuntimeFractionCompiler;
import io.outrigger.config.ratelimit.LocalLimiterCompiler;
import io.outrigger.config.ratelimit.RateLimitPolicyCompiler;
import io.outrigger.config.route.HeaderMutationsCompiler;

/** Compiles LocalRateLimit messages, of the chain and of routes. */
final class LocalRateLimitCompiler {
  private static final RuntimeFraction NOTHING = new RuntimeFraction(0, 100, "");
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int RESOURCE_EXHAUSTED = 8;

  private LocalRateLimitCompiler() {}

  static LocalRateLimitConfig compile(LocalRateLimit proto, boolean ofRoute, Problems problems) {
    if (proto.getStatPrefix().isEmpty()) {
      problems.error("stat_prefix", "is empty; a name for the statistics is required");
    }
    if (ofRoute && !proto.hasTokenBucket()) {
      problems.error("token_bucket", "must be set for per filter configs");
    }
    if (proto.hasLocalClusterRateLimit() && proto.getLocalRateLimitPerDownstreamConnection()) {
      problems.error(
          "local_cluster_rate_limit",
          "is set and local_rate_limit_per_downstream_connection is set to true");
    }
    int status = proto.getStatus().getCodeValue();
    return new LocalRateLimitConfig(
        proto.getStatPrefix(),
        LocalLimiterCompiler.compile(proto, problems),
        proto.getLocalRateLimitPerDownstreamConnection(),
        proto.hasLocalClusterRateLimit(),
        RateLimitPolicyCompiler.ofFilters(proto.getRateLimitsList(), problems),
        Unsigned.clamp(proto.getStage()),
        virtualHostLimits(proto),
        fraction(proto.hasFilterEnabled(), proto.getFilterEnabled()),
        fraction(proto.hasFilterEnforced(), proto.getFilterEnforced()),
        status < 400 ? TOO_MANY_REQUESTS : status, // as in Envoy
        proto.getRateLimitedAsResourceExhausted() ? RESOURCE_EXHAUSTED : -1,
        HeaderMutationsCompiler.added(
            proto.getRequestHeadersToAddWhenNotEnforcedList(),
            "request_headers_to_add_when_not_enforced",
            problems),
        HeaderMutationsCompiler.added(
            proto.getResponseHeadersToAddList(), "response_headers_to_add", problems),
        proto.getEnableXRatelimitHeaders() == XRateLimitHeadersRFCVersion.DRAFT_VERSION_03);
  }

  /** Without one, no request: Envoy's default, so that a limit is switched on by intent. */
  private static RuntimeFraction fraction(boolean set, RuntimeFractionalPercent proto) {
    return set
        ? RuntimeFractionCompiler.compile(proto.getDefaultValue(), proto.getRuntimeKey())
        : NOTHING;
  }

  private static VirtualHostLimits virtualHostLimits(LocalRateLimit proto) {
    return switch (proto.getVhRateLimits()) {
      case INCLUDE -> VirtualHostLimits.INCLUDE;
      case IGNORE -> VirtualHostLimits.IGNORE;
      case OVERRIDE, UNRECOGNIZED -> VirtualHostLimits.OVERRIDE;
    };
  }
}
