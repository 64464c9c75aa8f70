package io.outrigger.proxy.cluster;

import org.jspecify.annotations.Nullable;

/** Finds the host that a request or connection itself names, where no balancer chooses. */
interface HostFinder {
  /** The host, or null: it isn't known. Any worker. */
  @Nullable Host pick(LbContext context, ClusterStats stats, int cell);
}
