package io.outrigger.config.filter;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.XRateLimitHeadersRFCVersion;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.type.v3.TokenBucket;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.match.RuntimeFractionCompiler;
import io.outrigger.config.route.HeaderMutationsCompiler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Compiles LocalRateLimit messages, of the chain and of routes. */
final class LocalRateLimitCompiler {
  private static final RuntimeFraction NOTHING = new RuntimeFraction(0, 100, "");
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final long SHORTEST_FILL = TimeUnit.MILLISECONDS.toNanos(50);

  private LocalRateLimitCompiler() {}

  static LocalRateLimitConfig compile(LocalRateLimit proto, Problems problems) {
    if (proto.getStatPrefix().isEmpty()) {
      problems.error("stat_prefix", "is empty; a name for the statistics is required");
    }
    if (proto.getDescriptorsCount() > 0) {
      problems.unsupported("descriptors");
    }
    if (proto.getRateLimitsCount() > 0) {
      problems.unsupported("rate_limits");
    }
    if (proto.getLocalRateLimitPerDownstreamConnection()) {
      problems.unsupported("local_rate_limit_per_downstream_connection");
    }
    if (proto.hasLocalClusterRateLimit()) {
      problems.unsupported("local_cluster_rate_limit");
    }
    int status = proto.getStatus().getCodeValue();
    return new LocalRateLimitConfig(
        proto.getStatPrefix(),
        proto.hasTokenBucket() ? bucket(proto.getTokenBucket(), problems.at("token_bucket")) : null,
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

  private static io.outrigger.config.ratelimit.@Nullable TokenBucket bucket(
      TokenBucket proto, Problems problems) {
    Duration interval = proto.getFillInterval();
    long nanos = TimeUnit.SECONDS.toNanos(interval.getSeconds()) + interval.getNanos();
    long max = Unsigned.toLong(proto.getMaxTokens());
    long perFill =
        proto.hasTokensPerFill() ? Unsigned.toLong(proto.getTokensPerFill().getValue()) : 1;
    if (max == 0) {
      problems.error("max_tokens", "is 0; 1 or more is allowed");
    }
    if (perFill == 0) {
      problems.error("tokens_per_fill", "is 0; 1 or more is allowed");
    }
    if (nanos < SHORTEST_FILL) {
      problems.error("fill_interval", "is shorter than 50 ms; 0.05s or more is allowed");
    }
    return max == 0 || perFill == 0 || nanos < SHORTEST_FILL
        ? null
        : new io.outrigger.config.ratelimit.TokenBucket(max, perFill, nanos);
  }
}
