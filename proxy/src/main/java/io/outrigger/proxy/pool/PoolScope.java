package io.outrigger.proxy.pool;

import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.UpstreamBind;
import io.outrigger.proxy.breaker.CircuitBreaker;
import io.outrigger.proxy.cluster.ClusterStats;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/**
 * What all pools of one cluster on one worker share.
 *
 * @param bind the source address of connections; null: the kernel picks
 * @param defaultBreaker of requests with the route's priority DEFAULT
 * @param highBreaker of those with HIGH
 */
public record PoolScope(
    Worker worker,
    Transport transport,
    ClusterConfig config,
    @Nullable UpstreamBind bind,
    ClusterStats stats,
    CircuitBreaker defaultBreaker,
    CircuitBreaker highBreaker,
    TransportSockets sockets,
    Codecs codecs) {
  /** The statistics cell of the worker. */
  int cell() {
    return worker.index();
  }

  /** Takes a connection of the breaker, unless it or the host's own limit is in the way. */
  boolean mayConnect(Host host, CircuitBreaker breaker) {
    return host.stats().cxActive() < breaker.thresholds().maxConnectionsPerHost()
        && breaker.connections().tryAcquire();
  }

  CircuitBreaker breaker(boolean highPriority) {
    return highPriority ? highBreaker : defaultBreaker;
  }
}
