package io.outrigger.proxy.snapshot;

/** What a worker brings up to date when a new snapshot comes: its clusters, its listeners. */
@FunctionalInterface
public interface SnapshotConsumer {
  /**
   * Applies what differs. On the worker; {@code now} is already what its reader answers with.
   * Records that didn't change are the same objects in both.
   */
  void apply(Snapshot before, Snapshot now);
}
