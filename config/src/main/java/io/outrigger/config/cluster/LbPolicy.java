package io.outrigger.config.cluster;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How one of a cluster's healthy hosts is picked. */
public sealed interface LbPolicy {
  /** By turns, weighted. */
  record RoundRobin(@Nullable SlowStart slowStart) implements LbPolicy {}

  /**
   * The least busy of some random hosts; weighted by {@code activeRequestBias} if weights differ.
   *
   * @param choiceCount so many, or {@link #ALL_HOSTS}
   */
  record LeastRequest(int choiceCount, double activeRequestBias, @Nullable SlowStart slowStart)
      implements LbPolicy {
    /** FULL_SCAN: the least busy of all. */
    public static final int ALL_HOSTS = Integer.MAX_VALUE;
  }

  /**
   * Of some random hosts the one that would answer first, by its latency and what it has to do.
   *
   * @param decayMillis in which a measurement comes to count 1/e
   */
  record PeakEwma(int choiceCount, long decayMillis) implements LbPolicy {}

  /**
   * By turns, weighted by the load that hosts report in their answers.
   *
   * @param blackoutMillis for which a host must have reported before it counts
   * @param expirationMillis after which a report counts no more
   * @param updateMillis between two looks at the reports
   * @param errorPenalty by which errors per request add to a host's utilization
   * @param utilizationMetrics whose greatest is the utilization where the application gives none
   */
  record ClientSideWeighted(
      long blackoutMillis,
      long expirationMillis,
      long updateMillis,
      double errorPenalty,
      List<String> utilizationMetrics)
      implements LbPolicy {
    public ClientSideWeighted {
      utilizationMetrics = List.copyOf(utilizationMetrics);
    }
  }

  /** At random. */
  record Random() implements LbPolicy {}

  /** By the request's hash on a ring of hosts. */
  record RingHash(
      long minimumRingSize,
      long maximumRingSize,
      HashFunction hashFunction,
      boolean useHostnameForHashing,
      int hashBalanceFactor)
      implements LbPolicy {}

  /** By the request's hash in a Maglev table. */
  record Maglev(int tableSize, boolean useHostnameForHashing, int hashBalanceFactor)
      implements LbPolicy {}

  /** As the cluster's type does it, such as ORIGINAL_DST. */
  record ClusterProvided() implements LbPolicy {}

  /** Hash functions of a ring. */
  enum HashFunction {
    XX_HASH,
    MURMUR_HASH_2
  }

  /** New hosts get their share of traffic gradually. */
  record SlowStart(long windowMillis, double aggression, int minWeightPercent) {}
}
