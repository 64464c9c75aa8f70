package io.outrigger.config.route;

import static io.outrigger.config.route.ForwardAction.UNSET;

import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.envoyproxy.envoy.config.route.v3.HedgePolicy;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.UpgradeConfig;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.ratelimit.RateLimitPolicyCompiler;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles RouteAction messages: routes that forward. */
final class ForwardActionCompiler {
  private static final long DEFAULT_TIMEOUT_MILLIS = 15_000;

  private ForwardActionCompiler() {}

  /** The action; {@code level} is the route's, with the virtual host's policies in it. */
  @SuppressWarnings("deprecation") // include_vh_rate_limits, still in use
  static ForwardAction compile(RouteAction proto, RouteLevel level, Problems problems) {
    tellUnsupported(proto, problems);
    return new ForwardAction(
        ClusterChoiceCompiler.compile(proto, level, problems),
        Metadata.of(proto.getMetadataMatch()),
        RewriteCompiler.compile(proto, problems),
        Millis.orElse(
            proto.hasTimeout(), proto.getTimeout(), DEFAULT_TIMEOUT_MILLIS, problems.at("timeout")),
        Millis.orElse(
            proto.hasIdleTimeout(), proto.getIdleTimeout(), UNSET, problems.at("idle_timeout")),
        UNSET,
        maxStreamDuration(proto, problems.at("max_stream_duration")),
        proto.hasRetryPolicy()
            ? RetryPolicyCompiler.compile(proto.getRetryPolicy(), problems.at("retry_policy"))
            : level.retryPolicy(),
        proto.hasHedgePolicy()
            ? hedgePolicy(proto.getHedgePolicy(), problems.at("hedge_policy"))
            : level.hedgePolicy(),
        HashPolicyCompiler.compileAll(proto.getHashPolicyList(), problems),
        proto.getRequestMirrorPoliciesCount() > 0
            ? MirrorPolicyCompiler.compileAll(proto.getRequestMirrorPoliciesList(), problems)
            : level.mirrorPolicies(),
        proto.getPriority() == RoutingPriority.HIGH
            ? ForwardAction.Priority.HIGH
            : ForwardAction.Priority.DEFAULT,
        upgrades(proto.getUpgradeConfigsList(), problems),
        connectConfig(proto.getUpgradeConfigsList()),
        maxGrpcTimeout(proto, problems),
        grpcTimeoutOffset(proto, problems),
        switch (proto.getClusterNotFoundResponseCode()) {
          case NOT_FOUND -> 404;
          case INTERNAL_SERVER_ERROR -> 500;
          case SERVICE_UNAVAILABLE, UNRECOGNIZED -> 503;
        },
        InternalRedirectCompiler.compile(proto, problems),
        RateLimitPolicyCompiler.ofRoutes(proto.getRateLimitsList(), problems),
        proto.getIncludeVhRateLimits().getValue());
  }

  private static void tellUnsupported(RouteAction proto, Problems problems) {
    if (proto.hasRetryPolicyTypedConfig()) {
      problems.unsupported("retry_policy_typed_config");
    }
    if (proto.hasEarlyDataPolicy()) {
      problems.ignored("early_data_policy");
    }
  }

  private static ForwardAction.@Nullable MaxStreamDuration maxStreamDuration(
      RouteAction proto, Problems problems) {
    if (!proto.hasMaxStreamDuration()) {
      return null;
    }
    RouteAction.MaxStreamDuration duration = proto.getMaxStreamDuration();
    return new ForwardAction.MaxStreamDuration(
        Millis.orElse(
            duration.hasMaxStreamDuration(),
            duration.getMaxStreamDuration(),
            UNSET,
            problems.at("max_stream_duration")),
        Millis.orElse(
            duration.hasGrpcTimeoutHeaderMax(),
            duration.getGrpcTimeoutHeaderMax(),
            UNSET,
            problems.at("grpc_timeout_header_max")),
        Millis.orElse(
            duration.hasGrpcTimeoutHeaderOffset(),
            duration.getGrpcTimeoutHeaderOffset(),
            0,
            problems.at("grpc_timeout_header_offset")));
  }

  /** Of hedging, Envoy has no more than the second attempt after a time-out. */
  static ForwardAction.HedgePolicy hedgePolicy(HedgePolicy proto, Problems problems) {
    if (proto.getInitialRequests().getValue() > 1) {
      problems.ignored("initial_requests");
    }
    if (proto.hasAdditionalRequestChance()) {
      problems.ignored("additional_request_chance");
    }
    return new ForwardAction.HedgePolicy(proto.getHedgeOnPerTryTimeout());
  }

  private static Map<String, Boolean> upgrades(List<UpgradeConfig> protos, Problems problems) {
    Map<String, Boolean> upgrades = new HashMap<>();
    for (int i = 0; i < protos.size(); i++) {
      UpgradeConfig proto = protos.get(i);
      Problems here = problems.at("upgrade_configs", i);
      String type = proto.getUpgradeType().toLowerCase(Locale.ROOT);
      boolean enabled = !proto.hasEnabled() || proto.getEnabled().getValue();
      if (upgrades.put(type, enabled) != null) {
        here.error("Duplicate upgrade " + proto.getUpgradeType());
      }
      if (proto.hasConnectConfig()) {
        if (!type.equals("connect")) {
          here.error("connect_config", "Non-CONNECT upgrade type has ConnectConfig");
        }
        if (proto.getConnectConfig().hasProxyProtocolConfig()) {
          here.at("connect_config").unsupported("proxy_protocol_config");
        }
      }
    }
    return upgrades;
  }

  private static ForwardAction.@Nullable ConnectConfig connectConfig(List<UpgradeConfig> protos) {
    for (UpgradeConfig proto : protos) {
      if (proto.hasConnectConfig()) {
        return new ForwardAction.ConnectConfig(proto.getConnectConfig().getAllowPost());
      }
    }
    return null;
  }

  @SuppressWarnings("deprecation") // max_grpc_timeout, still in use
  private static long maxGrpcTimeout(RouteAction proto, Problems problems) {
    return Millis.orElse(
        proto.hasMaxGrpcTimeout(),
        proto.getMaxGrpcTimeout(),
        UNSET,
        problems.at("max_grpc_timeout"));
  }

  @SuppressWarnings("deprecation") // grpc_timeout_offset, still in use
  private static long grpcTimeoutOffset(RouteAction proto, Problems problems) {
    return Millis.orElse(
        proto.hasGrpcTimeoutOffset(),
        proto.getGrpcTimeoutOffset(),
        0,
        problems.at("grpc_timeout_offset"));
  }
}
