package io.outrigger.proxy.snapshot;

/** A worker's view of the configuration in force. */
@FunctionalInterface
public interface SnapshotReader {
  /** The snapshot that this worker has applied. A live request keeps the one that it began with. */
  Snapshot current();
}
