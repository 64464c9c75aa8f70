package io.outrigger.config.cluster;

import io.outrigger.config.route.ForwardAction.Priority;
import org.jspecify.annotations.Nullable;

/**
 * Limits on a cluster's use, a priority.
 *
 * @param perHostMaxConnections for each host; {@link Integer#MAX_VALUE}: none
 */
public record CircuitBreakers(
    Thresholds defaultPriority, Thresholds highPriority, long perHostMaxConnections) {
  public static final CircuitBreakers DEFAULT =
      new CircuitBreakers(Thresholds.DEFAULT, Thresholds.DEFAULT, Integer.MAX_VALUE);

  public Thresholds of(Priority priority) {
    return priority == Priority.HIGH ? highPriority : defaultPriority;
  }

  /**
   * Limits.
   *
   * @param retryBudget null: {@code maxRetries} holds
   */
  public record Thresholds(
      long maxConnections,
      long maxPendingRequests,
      long maxRequests,
      long maxRetries,
      @Nullable RetryBudget retryBudget,
      boolean trackRemaining,
      long maxConnectionPools) {
    public static final Thresholds DEFAULT =
        new Thresholds(1024, 1024, 1024, 3, null, false, Integer.MAX_VALUE);
  }

  /** Retries in flight as a share of requests. */
  public record RetryBudget(double budgetPercent, int minRetryConcurrency) {}
}
