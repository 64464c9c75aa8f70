package io.outrigger.proxy.cluster;

import io.outrigger.proxy.worker.Worker;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One worker's clusters by name. Owned by its worker. */
public final class Clusters {
  private final Worker worker;
  private final Map<String, WorkerCluster> byName = new HashMap<>();
  private long generation;

  Clusters(Worker worker) {
    this.worker = worker;
  }

  /** The cluster of this name, or null where there is none (any longer). */
  public @Nullable WorkerCluster get(String name) {
    assert worker.inLoop();
    return byName.get(name);
  }

  /** Changes whenever {@link #get} may answer otherwise: what it gave may be kept until then. */
  public long generation() {
    return generation;
  }
}
