package io.outrigger.proxy.breaker;

import io.outrigger.config.cluster.CircuitBreakers;
import io.outrigger.config.cluster.CircuitBreakers.Thresholds;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import org.jspecify.annotations.Nullable;

/** The limits of one cluster and priority, counted across all workers. Any thread. */
public final class CircuitBreaker {
  private final Thresholds thresholds;
  private final Resource connections;
  private final Resource pendingRequests;
  private final Resource requests;
  private final Resource retries;
  private final @Nullable Resource pools;

  /**
   * A breaker with nothing taken.
   *
   * @param prefix {@code cluster.NAME.circuit_breakers.default.}, or {@code high.}
   */
  public CircuitBreaker(Thresholds thresholds, StatStore store, String prefix) {
    this.thresholds = thresholds;
    boolean track = thresholds.trackRemaining();
    Gauge cx = store.gauge(prefix + "cx_open");
    Gauge pending = store.gauge(prefix + "rq_pending_open");
    Gauge rq = store.gauge(prefix + "rq_open");
    Gauge retry = store.gauge(prefix + "rq_retry_open");
    Gauge pool = store.gauge(prefix + "cx_pool_open");
    this.connections =
        new Resource(thresholds.maxConnections(), cx, left(track, store, prefix, "cx"));
    this.pendingRequests =
        new Resource(
            thresholds.maxPendingRequests(), pending, left(track, store, prefix, "pending"));
    this.requests = new Resource(thresholds.maxRequests(), rq, left(track, store, prefix, "rq"));
    // what a budget leaves depends on the requests under way: Envoy shows 0
    Gauge retriesLeft = left(track, store, prefix, "retries");
    this.retries =
        new Resource(
            thresholds.maxRetries(), retry, thresholds.retryBudget() == null ? retriesLeft : null);
    this.pools =
        thresholds.maxConnectionPools() == CircuitBreakers.UNLIMITED
            ? null
            : new Resource(
                thresholds.maxConnectionPools(), pool, left(track, store, prefix, "cx_pools"));
  }

  private static @Nullable Gauge left(boolean track, StatStore store, String prefix, String name) {
    return track ? store.gauge(prefix + "remaining_" + name) : null;
  }

  /** The configuration: a retry budget is its reader's to apply. */
  public Thresholds thresholds() {
    return thresholds;
  }

  public Resource connections() {
    return connections;
  }

  public Resource pendingRequests() {
    return pendingRequests;
  }

  public Resource requests() {
    return requests;
  }

  /** Null: there may be any number of them. */
  public @Nullable Resource pools() {
    return pools;
  }

  public Resource retries() {
    return retries;
  }
}
