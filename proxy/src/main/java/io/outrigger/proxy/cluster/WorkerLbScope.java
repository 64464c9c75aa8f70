package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.Locality;
import io.outrigger.proxy.lb.LbScope;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** What one worker's balancers of a cluster ask of it. */
final class WorkerLbScope implements LbScope {
  private final Worker worker;
  private final Cluster cluster;
  private final ClusterStats stats;

  WorkerLbScope(Worker worker, Cluster cluster, ClusterStats stats) {
    this.worker = worker;
    this.cluster = cluster;
    this.stats = stats;
  }

  @Override
  public long random() {
    return worker.randomLong();
  }

  @Override
  public long nanos() {
    return worker.nanos();
  }

  @Override
  public long activeRequests() {
    return stats.upstreamRqActive.value();
  }

  @Override
  public void inPanic() {
    stats.lbHealthyPanic.inc(worker.index());
  }

  @Override
  public Locality locality() {
    return cluster.locality();
  }

  @Override
  public @Nullable HostSet localHosts() {
    return cluster.localHosts();
  }

  @Override
  public void zone(ZoneDecision decision) {
    var counter =
        switch (decision) {
          case CLUSTER_TOO_SMALL -> stats.lbZoneClusterTooSmall;
          case LOCAL_CLUSTER_NOT_OK -> stats.lbLocalClusterNotOk;
          case NO_CAPACITY_LEFT -> stats.lbZoneNoCapacityLeft;
          case ROUTING_ALL_DIRECTLY -> stats.lbZoneRoutingAllDirectly;
          case ROUTING_CROSS_ZONE -> stats.lbZoneRoutingCrossZone;
          case ROUTING_SAMPLED -> stats.lbZoneRoutingSampled;
          case RECALCULATED -> stats.lbRecalculateZoneStructures;
        };
    counter.inc(worker.index());
  }

  @Override
  public void subset(SubsetDecision decision) {
    var counter =
        switch (decision) {
          case SELECTED -> stats.lbSubsetsSelected;
          case FALLBACK -> stats.lbSubsetsFallback;
          case FALLBACK_PANIC -> stats.lbSubsetsFallbackPanic;
        };
    counter.inc(worker.index());
  }
}
