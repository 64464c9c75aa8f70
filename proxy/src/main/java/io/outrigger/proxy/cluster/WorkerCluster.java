package io.outrigger.proxy.cluster;

import io.outrigger.proxy.breaker.CircuitBreaker;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** What one worker holds of a cluster: its balancer and its pools. Owned by its worker. */
public final class WorkerCluster {
  private final Worker worker;
  private final String name;
  private final ClusterStats stats;
  private final CircuitBreaker defaultBreaker;
  private final CircuitBreaker highBreaker;

  WorkerCluster(
      Worker worker,
      String name,
      ClusterStats stats,
      CircuitBreaker defaultBreaker,
      CircuitBreaker highBreaker) {
    this.worker = worker;
    this.name = name;
    this.stats = stats;
    this.defaultBreaker = defaultBreaker;
    this.highBreaker = highBreaker;
  }

  public String name() {
    return name;
  }

  public ClusterStats stats() {
    return stats;
  }

  /** The limits of the route's priority. */
  public CircuitBreaker breaker(boolean highPriority) {
    return highPriority ? highBreaker : defaultBreaker;
  }

  /** The host for this request, or null: none is healthy (UH). */
  public @Nullable Host pick(LbContext context) {
    assert worker.inLoop();
    throw new UnsupportedOperationException("balancing is not landed yet");
  }

  /** Asks for a stream to this host: at once where a connection has room, else when there is. */
  public Pending newStream(Host host, LbContext context, StreamWaiter waiter) {
    assert worker.inLoop();
    throw new UnsupportedOperationException("pools are not landed yet");
  }

  /** Asks for a connection of its own to this host. */
  public Pending newTcpConnection(Host host, LbContext context, TcpWaiter waiter) {
    assert worker.inLoop();
    throw new UnsupportedOperationException("pools are not landed yet");
  }
}
