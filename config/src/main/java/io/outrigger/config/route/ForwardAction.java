package io.outrigger.config.route;

import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.ratelimit.RateLimitPolicy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Forwards a request to a cluster. {@link #UNSET} in a time is inheritance, 0 is no limit.
 *
 * @param timeoutMillis from the request's end to the response's end
 * @param idleTimeoutMillis UNSET: the connection manager's stream_idle_timeout
 * @param flushTimeoutMillis UNSET: the stream's
 * @param maxStreamDuration null: the connection manager's max_stream_duration
 * @param retryPolicy the route's, else the virtual host's, else null
 * @param upgrades allowed or not, by upgrade type in lower case; overrides the connection manager's
 * @param maxGrpcTimeoutMillis deprecated max_grpc_timeout; UNSET: grpc-timeout is not looked at
 * @param clusterNotFoundStatus 503, 404 or 500
 * @param includeHostRateLimits whether the virtual host's rate_limits hold too
 */
public record ForwardAction(
    ClusterChoice cluster,
    Metadata metadataMatch,
    Rewrite rewrite,
    long timeoutMillis,
    long idleTimeoutMillis,
    long flushTimeoutMillis,
    @Nullable MaxStreamDuration maxStreamDuration,
    @Nullable RetryPolicy retryPolicy,
    @Nullable HedgePolicy hedgePolicy,
    List<HashPolicy> hashPolicies,
    List<MirrorPolicy> mirrorPolicies,
    Priority priority,
    Map<String, Boolean> upgrades,
    @Nullable ConnectConfig connectConfig,
    long maxGrpcTimeoutMillis,
    long grpcTimeoutOffsetMillis,
    int clusterNotFoundStatus,
    @Nullable InternalRedirectPolicy internalRedirectPolicy,
    List<RateLimitPolicy> rateLimits,
    boolean includeHostRateLimits)
    implements RouteAction {
  /** A time that is not configured. */
  public static final long UNSET = -1;

  public ForwardAction {
    hashPolicies = List.copyOf(hashPolicies);
    mirrorPolicies = List.copyOf(mirrorPolicies);
    upgrades = Map.copyOf(upgrades);
    rateLimits = List.copyOf(rateLimits);
  }

  /** RoutingPriority: which of a cluster's breakers and pools a request uses. */
  public enum Priority {
    DEFAULT,
    HIGH
  }

  /** RouteAction.MaxStreamDuration; UNSET: not configured. */
  public record MaxStreamDuration(
      long maxMillis, long grpcTimeoutHeaderMaxMillis, long grpcTimeoutHeaderOffsetMillis) {}

  /** Hedging: another attempt when one times out, without giving the first up. */
  public record HedgePolicy(boolean hedgeOnPerTryTimeout) {}

  /** CONNECT and POST are terminated here, and their body goes to a TCP upstream. */
  public record ConnectConfig(boolean allowPost) {}
}
