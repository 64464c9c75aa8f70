/**
 * Upstream clusters at run time: hosts, what a worker holds of each cluster, and the way to a
 * stream.
 *
 * <p>The registry is the configuration loop's; a cluster with its hosts is shared by all workers;
 * {@link io.outrigger.proxy.cluster.Clusters} and {@link io.outrigger.proxy.cluster.WorkerCluster}
 * belong to one worker.
 */
@NullMarked
package io.outrigger.proxy.cluster;

import org.jspecify.annotations.NullMarked;
