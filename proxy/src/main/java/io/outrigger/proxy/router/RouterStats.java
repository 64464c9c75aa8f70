package io.outrigger.proxy.router;

import io.outrigger.config.route.Route;
import io.outrigger.config.route.VirtualCluster;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.retry.RetryDecision;
import io.outrigger.proxy.stats.StatStore;
import org.jspecify.annotations.Nullable;

/**
 * Counts what becomes of a request at its cluster, its virtual cluster and its route. Reused with
 * its router, on its worker.
 */
public final class RouterStats {
  private final int cell;
  private final RequestGroup.Registry groups;
  private @Nullable RequestGroup virtualCluster;
  private @Nullable RequestGroup route;
  private boolean dynamic;

  private RouterStats(int cell, RequestGroup.Registry groups) {
    this.cell = cell;
    this.groups = groups;
  }

  /**
   * @param dynamic whether answers are counted by their codes, and timed
   */
  void begin(Exchange exchange, Route of, boolean dynamic) {
    this.dynamic = dynamic;
    VirtualCluster found =
        of.virtualHost().virtualClusters().isEmpty()
            ? null
            : VirtualCluster.find(of.virtualHost().virtualClusters(), exchange.request());
    virtualCluster = found == null ? null : groups.get(found.statsPrefix());
    route = of.statPrefix().isEmpty() ? null : groups.get(of.statPrefix());
    // Envoy doesn't name the one that stands for all others
    exchange.virtualCluster(found == null || found.headers().isEmpty() ? null : found.name());
  }

  void forget() {
    virtualCluster = null;
    route = null;
  }

  /** A request that was given to an upstream. */
  void sent() {
    if (virtualCluster != null) {
      virtualCluster.total.inc(cell);
    }
    if (route != null) {
      route.total.inc(cell);
    }
  }

  /** An answer, of the upstream or in its place. */
  void answered(WorkerCluster cluster, int status) {
    if (!dynamic) {
      return;
    }
    cluster.stats().responses().count(cell, status);
    if (virtualCluster != null) {
      virtualCluster.responses.count(cell, status);
    }
    if (route != null) {
      route.responses.count(cell, status);
    }
  }

  void took(WorkerCluster cluster, long millis) {
    if (!dynamic) {
      return;
    }
    cluster.stats().upstreamRqTime.record(cell, millis);
    if (virtualCluster != null) {
      virtualCluster.time.record(cell, millis);
    }
    if (route != null) {
      route.time.record(cell, millis);
    }
  }

  void timedOut(WorkerCluster cluster) {
    cluster.stats().upstreamRqTimeout.inc(cell);
    if (virtualCluster != null) {
      virtualCluster.timeout.inc(cell);
    }
    if (route != null) {
      route.timeout.inc(cell);
    }
  }

  /** What was decided of a retry; the cluster's own counters are the retry state's. */
  void decided(RetryDecision decision) {
    decided(virtualCluster, decision);
    decided(route, decision);
  }

  private void decided(@Nullable RequestGroup group, RetryDecision decision) {
    if (group == null || decision == RetryDecision.NO) {
      return;
    }
    (decision == RetryDecision.RETRY
            ? group.retry
            : decision == RetryDecision.OVERFLOW ? group.retryOverflow : group.retryLimitExceeded)
        .inc(cell);
  }

  void retrySucceeded(WorkerCluster cluster) {
    cluster.stats().upstreamRqRetrySuccess.inc(cell);
    if (virtualCluster != null) {
      virtualCluster.retrySuccess.inc(cell);
    }
    if (route != null) {
      route.retrySuccess.inc(cell);
    }
  }

  /** Makes the counting part of routers; one for all workers. */
  public static final class Factory {
    private final RequestGroup.Registry groups;

    public Factory(StatStore store) {
      groups = new RequestGroup.Registry(store);
    }

    RouterStats create(int cell) {
      return new RouterStats(cell, groups);
    }
  }
}
