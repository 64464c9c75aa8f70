package io.outrigger.config.filter;

import io.outrigger.config.match.HeaderMatcher;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.match.RuntimeNumber;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.http.fault, for the chain or a route.
 *
 * @param upstreamCluster only requests to this cluster; empty: all
 * @param downstreamNodes only requests of these downstream nodes; empty: all
 * @param maxActiveFaults -1: no limit
 */
public record FaultConfig(
    @Nullable Delay delay,
    @Nullable Abort abort,
    @Nullable RateLimit responseRateLimit,
    String upstreamCluster,
    List<HeaderMatcher> headers,
    Set<String> downstreamNodes,
    RuntimeNumber maxActiveFaults,
    boolean disableDownstreamClusterStats)
    implements FilterConfig {
  public FaultConfig {
    headers = List.copyOf(headers);
    downstreamNodes = Set.copyOf(downstreamNodes);
  }

  /** A delay; {@code fromHeader}: the x-envoy-fault-delay-request header says how long. */
  public record Delay(RuntimeNumber fixedMillis, boolean fromHeader, RuntimeFraction percentage) {}

  /**
   * An abort; {@code fromHeader}: the x-envoy-fault-abort headers give the status.
   *
   * @param httpStatus 0: not an HTTP status
   * @param grpcStatus -1: not a gRPC status
   */
  public record Abort(
      RuntimeNumber httpStatus,
      RuntimeNumber grpcStatus,
      boolean fromHeader,
      RuntimeFraction percentage) {}

  /** A response's rate; {@code fromHeader}: x-envoy-fault-throughput-response says it. */
  public record RateLimit(
      long kilobytesPerSecond, boolean fromHeader, RuntimeFraction percentage) {}
}
