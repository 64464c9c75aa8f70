package io.outrigger.proxy.breaker;

/** The limits of one cluster and priority, counted across all workers. Any thread. */
public final class CircuitBreaker {
  private final Resource connections;
  private final Resource pendingRequests;
  private final Resource requests;
  private final Resource retries;

  /** The four limits, as the cluster's thresholds name them. */
  public CircuitBreaker(
      long maxConnections, long maxPendingRequests, long maxRequests, long maxRetries) {
    this.connections = new Resource(maxConnections);
    this.pendingRequests = new Resource(maxPendingRequests);
    this.requests = new Resource(maxRequests);
    this.retries = new Resource(maxRetries);
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
