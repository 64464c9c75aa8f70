package io.outrigger.proxy.snapshot;

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
}
