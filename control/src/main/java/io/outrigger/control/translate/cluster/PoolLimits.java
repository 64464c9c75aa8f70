package io.outrigger.control.translate.cluster;

import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.UpstreamConnectionOptions;
import io.envoyproxy.envoy.config.core.v3.TcpKeepalive;
import io.envoyproxy.envoy.type.v3.Percent;
import io.outrigger.control.istio.TrafficPolicy;
import io.outrigger.control.istio.TrafficPolicy.ConnectionPool;
import io.outrigger.control.translate.Values;
import org.jspecify.annotations.Nullable;

/**
 * A cluster's circuit breakers and keep-alive; without limits where nothing is said, as in Istio,
 * but for retries, which never are more than a share of the requests.
 */
final class PoolLimits {
  /** All bits of an unsigned 32-bit number. */
  private static final int UNLIMITED = -1;

  /** Of the requests under way, so many may be retries; and in a quiet cluster so many at once. */
  private static final int RETRY_PERCENT = 20;

  private static final int RETRIES_AT_LEAST = 10;

  private PoolLimits() {}

  static void apply(Cluster.Builder out, @Nullable ConnectionPool pool) {
    CircuitBreakers.Thresholds.Builder limits =
        CircuitBreakers.Thresholds.newBuilder().setTrackRemaining(true);
    limits.setMaxConnections(Values.number(limit(pool == null ? null : pool.maxConnections())));
    limits.setMaxPendingRequests(
        Values.number(limit(pool == null ? null : pool.http1MaxPendingRequests())));
    limits.setMaxRequests(Values.number(limit(pool == null ? null : pool.http2MaxRequests())));
    limits.setMaxRetries(Values.number(limit(pool == null ? null : pool.maxRetries())));
    if (pool == null || pool.maxRetries() == null || pool.maxRetries() == 0) {
      limits.setRetryBudget(
          CircuitBreakers.Thresholds.RetryBudget.newBuilder()
              .setBudgetPercent(Percent.newBuilder().setValue(RETRY_PERCENT))
              .setMinRetryConcurrency(Values.number(RETRIES_AT_LEAST)));
    }
    out.setCircuitBreakers(CircuitBreakers.newBuilder().addThresholds(limits));
    if (pool != null && pool.tcpKeepalive() != null) {
      keepalive(out, pool.tcpKeepalive());
    }
  }

  private static int limit(@Nullable Integer given) {
    return given == null || given == 0 ? UNLIMITED : given;
  }

  private static void keepalive(Cluster.Builder out, TrafficPolicy.TcpKeepalive settings) {
    TcpKeepalive.Builder keepalive = TcpKeepalive.newBuilder();
    if (settings.probes() != null) {
      keepalive.setKeepaliveProbes(Values.number(settings.probes()));
    }
    if (settings.time() != null) {
      keepalive.setKeepaliveTime(Values.number((int) settings.time().toSeconds()));
    }
    if (settings.interval() != null) {
      keepalive.setKeepaliveInterval(Values.number((int) settings.interval().toSeconds()));
    }
    out.setUpstreamConnectionOptions(
        UpstreamConnectionOptions.newBuilder().setTcpKeepalive(keepalive));
  }
}
