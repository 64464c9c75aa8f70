package io.outrigger.proxy.breaker;

import io.outrigger.config.cluster.CircuitBreakers.Thresholds;
import io.outrigger.proxy.stats.StatStore;

/** The limits of one cluster and priority, counted across all workers. Any thread. */
public final class CircuitBreaker {
  private final Thresholds thresholds;
  private final Resource connections;
  private final Resource pendingRequests;
  private final Resource requests;
  private final Resource retries;

  /**
   * A breaker with nothing taken.
   *
   * @param prefix {@code cluster.NAME.circuit_breakers.default.}, or {@code high.}
   */
  public CircuitBreaker(Thresholds thresholds, StatStore store, String prefix) {
    this.thresholds = thresholds;
    boolean track = thresholds.trackRemaining();
    this.connections = resource(thresholds.maxConnections(), store, prefix, "cx", track);
    this.pendingRequests =
        resource(thresholds.maxPendingRequests(), store, prefix, "rq_pending", track);
    this.requests = resource(thresholds.maxRequests(), store, prefix, "rq", track);
    this.retries = resource(thresholds.maxRetries(), store, prefix, "rq_retry", track);
  }

  private static Resource resource(
      long max, StatStore store, String prefix, String name, boolean track) {
    String remaining = "rq_retry".equals(name) ? "remaining_retries" : "remaining_" + name;
    return new Resource(
        max, store.gauge(prefix + name + "_open"), track ? store.gauge(prefix + remaining) : null);
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

  public Resource retries() {
    return retries;
  }
}
