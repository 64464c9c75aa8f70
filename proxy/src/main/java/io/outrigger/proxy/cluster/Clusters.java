package io.outrigger.proxy.cluster;

import io.outrigger.proxy.dns.DnsCaches;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One worker's clusters by name, each opened when first asked for. Owned by its worker. */
public final class Clusters {
  private final Worker worker;
  private final Transport transport;
  private final ClusterRegistry registry;
  private final Map<String, WorkerCluster> open = new HashMap<>();
  private ActiveClusters seen = ActiveClusters.NONE;

  Clusters(Worker worker, Transport transport, ClusterRegistry registry) {
    this.worker = worker;
    this.transport = transport;
    this.registry = registry;
  }

  /** The cluster of this name, or null where there is none (any longer). */
  public @Nullable WorkerCluster get(String name) {
    assert worker.inLoop();
    refresh();
    WorkerCluster found = open.get(name);
    if (found != null) {
      return found;
    }
    Cluster cluster = seen.byName().get(name);
    if (cluster == null) {
      return null;
    }
    WorkerCluster opened = new WorkerCluster(worker, transport, cluster, this);
    open.put(name, opened);
    return opened;
  }

  /** The caches of names that forward proxies share with their filters. */
  public DnsCaches caches() {
    return registry.caches();
  }

  /** What falls to this proxy of what all of the local cluster may do together. */
  public double localShare() {
    return 1.0 / Math.max(1, registry.localHosts());
  }

  /**
   * Changes whenever {@link #get} may answer otherwise than before: what it gave (null too) may be
   * kept until then.
   */
  public long generation() {
    return registry.active().generation();
  }

  /** Retires what is in force no more. */
  @SuppressWarnings("ReferenceEquality") // a cluster that didn't change is the same object
  void refresh() {
    ActiveClusters now = registry.active();
    if (now == seen) {
      return;
    }
    seen = now;
    Iterator<WorkerCluster> each = open.values().iterator();
    while (each.hasNext()) {
      WorkerCluster cluster = each.next();
      if (now.byName().get(cluster.name()) != cluster.cluster()) {
        each.remove();
        cluster.retire();
      }
    }
  }

  @SuppressWarnings("ReferenceEquality")
  void closeTo(Cluster cluster, Host ill) {
    WorkerCluster own = open.get(cluster.name());
    if (own != null && own.cluster() == cluster) {
      own.closeTo(ill);
    }
  }

  @SuppressWarnings("ReferenceEquality")
  void renew(Cluster cluster, List<Host> hosts) {
    WorkerCluster own = open.get(cluster.name());
    if (own != null && own.cluster() == cluster) {
      own.renew(hosts);
    }
  }

  @SuppressWarnings("ReferenceEquality")
  void drain(Cluster cluster, List<Host> removed) {
    WorkerCluster own = open.get(cluster.name());
    if (own != null && own.cluster() == cluster) {
      own.drain(removed);
    }
  }
}
