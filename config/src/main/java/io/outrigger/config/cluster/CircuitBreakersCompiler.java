package io.outrigger.config.cluster;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.outrigger.config.cluster.CircuitBreakers.RetryBudget;
import io.outrigger.config.cluster.CircuitBreakers.Thresholds;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;

/** Compiles CircuitBreakers messages. */
final class CircuitBreakersCompiler {
  private CircuitBreakersCompiler() {}

  static CircuitBreakers compile(
      io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers proto, Problems problems) {
    for (int i = 0; i < proto.getPerHostThresholdsCount(); i++) {
      var others = proto.getPerHostThresholds(i).toBuilder().clearPriority().clearMaxConnections();
      if (others.build().getSerializedSize() > 0) {
        problems
            .at("per_host_thresholds", i)
            .error("has an unsupported field; priority and max_connections are allowed");
      }
    }
    return new CircuitBreakers(of(proto, RoutingPriority.DEFAULT), of(proto, RoutingPriority.HIGH));
  }

  /** The first thresholds of a priority hold, as in Envoy. */
  private static Thresholds of(
      io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers proto, RoutingPriority priority) {
    long perHost = CircuitBreakers.UNLIMITED;
    for (var thresholds : proto.getPerHostThresholdsList()) {
      if (thresholds.getPriority() == priority && thresholds.hasMaxConnections()) {
        perHost = Unsigned.toLong(thresholds.getMaxConnections().getValue());
        break;
      }
    }
    for (var thresholds : proto.getThresholdsList()) {
      if (thresholds.getPriority() == priority) {
        return thresholds(thresholds, perHost);
      }
    }
    return thresholds(
        io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds.getDefaultInstance(),
        perHost);
  }

  private static Thresholds thresholds(
      io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds proto, long perHost) {
    var budget = proto.getRetryBudget();
    Thresholds defaults = Thresholds.DEFAULT;
    return new Thresholds(
        limit(proto.hasMaxConnections(), proto.getMaxConnections(), defaults.maxConnections()),
        limit(
            proto.hasMaxPendingRequests(),
            proto.getMaxPendingRequests(),
            defaults.maxPendingRequests()),
        limit(proto.hasMaxRequests(), proto.getMaxRequests(), defaults.maxRequests()),
        limit(proto.hasMaxRetries(), proto.getMaxRetries(), defaults.maxRetries()),
        proto.hasRetryBudget()
            ? new RetryBudget(
                budget.hasBudgetPercent() ? budget.getBudgetPercent().getValue() : 20,
                Unsigned.orElse(
                    budget.hasMinRetryConcurrency(), budget.getMinRetryConcurrency(), 3))
            : null,
        proto.getTrackRemaining(),
        limit(
            proto.hasMaxConnectionPools(),
            proto.getMaxConnectionPools(),
            defaults.maxConnectionPools()),
        perHost);
  }

  private static long limit(boolean has, UInt32Value value, long otherwise) {
    return has ? Unsigned.toLong(value.getValue()) : otherwise;
  }
}
