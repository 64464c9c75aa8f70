package io.outrigger.proxy.retry;

import io.outrigger.config.cluster.CircuitBreakers;
import io.outrigger.proxy.breaker.CircuitBreaker;
import io.outrigger.proxy.breaker.Resource;
import org.jspecify.annotations.Nullable;

/** How many retries a cluster may have in flight: max_retries, or a share of its requests. */
final class RetryBudget {
  private RetryBudget() {}

  static boolean tryAcquire(CircuitBreaker breaker, CircuitBreakers.@Nullable RetryBudget budget) {
    Resource retries = breaker.retries();
    if (budget == null) {
      return retries.tryAcquire();
    }
    long requests = breaker.requests().count() + breaker.pendingRequests().count();
    long share = (long) (budget.budgetPercent() / 100 * requests);
    if (retries.count() >= Math.max(share, budget.minRetryConcurrency())) {
      return false;
    }
    retries.acquire();
    return true;
  }
}
