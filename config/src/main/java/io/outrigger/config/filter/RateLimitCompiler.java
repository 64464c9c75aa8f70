package io.outrigger.config.filter;

import io.envoyproxy.envoy.config.ratelimit.v3.RateLimitServiceConfig;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit.XRateLimitHeadersRFCVersion;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimitPerRoute;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.match.RuntimeFractionCompiler;
import io.outrigger.config.ratelimit.RateLimitPolicyCompiler;
import io.outrigger.config.route.HeaderMutationsCompiler;
import io.outrigger.config.source.GrpcService;
import io.outrigger.config.source.GrpcServiceCompiler;

/** Compiles RateLimit and RateLimitPerRoute messages, of the chain and of routes. */
public final class RateLimitCompiler {
  /** Of a call to the service where none is configured. */
  public static final long DEFAULT_TIMEOUT_MILLIS = 20;

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int INTERNAL_SERVER_ERROR = 500;
  private static final int RESOURCE_EXHAUSTED = 8;

  private RateLimitCompiler() {}

  static RateLimitConfig compile(RateLimit proto, Problems problems) {
    int status = proto.getRateLimitedStatus().getCodeValue();
    return new RateLimitConfig(
        proto.getDomain(),
        proto.getStage(),
        switch (proto.getRequestType()) {
          case "internal" -> RateLimitConfig.Requests.INTERNAL;
          case "external" -> RateLimitConfig.Requests.EXTERNAL;
          default -> RateLimitConfig.Requests.BOTH;
        },
        service(proto.getRateLimitService(), problems.at("rate_limit_service")),
        Millis.orElse(
            proto.hasTimeout(), proto.getTimeout(), DEFAULT_TIMEOUT_MILLIS, problems.at("timeout")),
        proto.getFailureModeDeny(),
        proto.getEnableXRatelimitHeaders() == XRateLimitHeadersRFCVersion.DRAFT_VERSION_03,
        !proto.getDisableXEnvoyRatelimitedHeader(),
        status < 400 ? TOO_MANY_REQUESTS : status, // as in Envoy
        proto.getRateLimitedAsResourceExhausted() ? RESOURCE_EXHAUSTED : -1,
        HeaderMutationsCompiler.added(
            proto.getResponseHeadersToAddList(), "response_headers_to_add", problems),
        proto.hasStatusOnError() ? proto.getStatusOnError().getCodeValue() : INTERNAL_SERVER_ERROR,
        proto.getStatPrefix(),
        proto.hasFilterEnabled()
            ? RuntimeFractionCompiler.compile(
                proto.getFilterEnabled().getDefaultValue(),
                proto.getFilterEnabled().getRuntimeKey())
            : new RuntimeFraction(100, 100, "ratelimit.http_filter_enabled"),
        proto.hasFilterEnforced()
            ? RuntimeFractionCompiler.compile(
                proto.getFilterEnforced().getDefaultValue(),
                proto.getFilterEnforced().getRuntimeKey())
            : new RuntimeFraction(100, 100, "ratelimit.http_filter_enforcing"));
  }

  /** The service that is asked; its API is v3 whatever transport_api_version says. */
  public static GrpcService service(RateLimitServiceConfig proto, Problems problems) {
    return GrpcServiceCompiler.compile(proto.getGrpcService(), problems.at("grpc_service"));
  }

  static RateLimitRoute route(RateLimitPerRoute proto, Problems problems) {
    if (proto.getOverrideOptionValue() != 0) {
      problems.ignored("override_option");
    }
    return new RateLimitRoute(
        switch (proto.getVhRateLimits()) {
          case INCLUDE -> VirtualHostLimits.INCLUDE;
          case IGNORE -> VirtualHostLimits.IGNORE;
          case OVERRIDE, UNRECOGNIZED -> VirtualHostLimits.OVERRIDE;
        },
        RateLimitPolicyCompiler.ofFilters(proto.getRateLimitsList(), problems),
        proto.getDomain());
  }
}
