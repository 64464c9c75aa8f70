package io.outrigger.proxy.snapshot;

import io.outrigger.config.source.OnDemandClusters;
import java.util.function.Consumer;

/** A worker's view of the configuration in force. */
@FunctionalInterface
public interface SnapshotReader {
  /** The snapshot that this worker has applied. A live request keeps the one that it began with. */
  Snapshot current();

  /**
   * Asks for a scope or virtual host that a request lacks. {@code answered} runs on this worker
   * once it is in force, or is known not to be there; running what is given back ends the wait.
   */
  default Runnable demand(Reference.Key what, Runnable answered) {
    return () -> {};
  }

  /** The same of a cluster; it waits no longer than {@code from} says. */
  default Runnable demandCluster(
      String name, OnDemandClusters from, Consumer<ClusterAnswer> answered) {
    return () -> {};
  }
}
