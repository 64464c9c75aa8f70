package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.ClusterEndpoints;
import org.jspecify.annotations.Nullable;

/** How a cluster comes by its hosts; all methods are called on the configuration loop. */
sealed interface HostDiscovery
    permits ConfiguredHosts, DnsHosts, ForwardProxyHosts, OriginalDestinations {
  /** Begins; {@code initialized} is run once, when the hosts are first known. */
  void start(Runnable initialized);

  /** What EDS says now; null is nothing yet. */
  void endpoints(@Nullable ClusterEndpoints endpoints);

  /** Ends: nothing is asked or changed any more. */
  void stop();
}
