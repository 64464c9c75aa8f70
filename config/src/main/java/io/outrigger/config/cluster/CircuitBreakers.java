package io.outrigger.config.cluster;

import io.outrigger.config.route.ForwardAction.Priority;
import org.jspecify.annotations.Nullable;

/** Limits on a cluster's use, a priority. */
public record CircuitBreakers(Thresholds defaultPriority, Thresholds highPriority) {
  /** A limit that is none. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  public static final CircuitBreakers DEFAULT =
      new CircuitBreakers(Thresholds.DEFAULT, Thresholds.DEFAULT);

  public Thresholds of(Priority priority) {
    return priority == Priority.HIGH ? highPriority : defaultPriority;
  }

  /**
   * Limits.
   *
   * @param retryBudget null: {@code maxRetries} holds
   * @param maxConnectionPools a worker's pools of connections; {@link #UNLIMITED} unless configured
   * @param maxConnectionsPerHost per_host_thresholds
   */
  public record Thresholds(
      long maxConnections,
      long maxPendingRequests,
      long maxRequests,
      long maxRetries,
      @Nullable RetryBudget retryBudget,
      boolean trackRemaining,
      long maxConnectionPools,
      long maxConnectionsPerHost) {
    /** Retries that are allowed at once when there are no requests. */
    public long leastMaxRetries() {
      return retryBudget == null ? maxRetries : retryBudget.minRetryConcurrency();
    }

    public static final Thresholds DEFAULT =
        new Thresholds(1024, 1024, 1024, 3, null, false, UNLIMITED, UNLIMITED);
  }

  /** Retries in flight as a share of requests. */
  public record RetryBudget(double budgetPercent, int minRetryConcurrency) {}
}
