package io.outrigger.proxy.lb;

import io.outrigger.config.cluster.Locality;
import io.outrigger.proxy.cluster.HostSet;
import org.jspecify.annotations.Nullable;

/** What a cluster's balancers ask of where they run. On the worker that they belong to. */
public interface LbScope {
  /** Uniform over all longs. */
  long random();

  /** The clock of {@code System.nanoTime}. */
  long nanos();

  /** Requests of the cluster that are under way, of all workers. */
  long activeRequests();

  /** Told of each pick made in panic. */
  void inPanic();

  /** Where this proxy is. */
  default Locality locality() {
    return Locality.EMPTY;
  }

  /** The hosts of the cluster that this proxy is of, for zone-aware routing; null: not known. */
  default @Nullable HostSet localHosts() {
    return null;
  }

  /** Told of each decision of zone-aware routing. */
  default void zone(ZoneDecision decision) {}

  /** How zone-aware routing chose, by the statistic that counts it. */
  enum ZoneDecision {
    CLUSTER_TOO_SMALL,
    LOCAL_CLUSTER_NOT_OK,
    NO_CAPACITY_LEFT,
    ROUTING_ALL_DIRECTLY,
    ROUTING_CROSS_ZONE,
    ROUTING_SAMPLED,
    RECALCULATED
  }

  /** Told of each decision of subset balancing. */
  default void subset(SubsetDecision decision) {}

  /** How subset balancing chose, by the statistic that counts it. */
  enum SubsetDecision {
    SELECTED,
    FALLBACK,
    FALLBACK_PANIC
  }
}
