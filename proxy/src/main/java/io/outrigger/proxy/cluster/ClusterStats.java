package io.outrigger.proxy.cluster;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.Histogram;
import io.outrigger.proxy.stats.StatStore;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The statistics of one cluster under {@code cluster.<name>.}, in Envoy's names.
 *
 * <p>Shared by all workers; each writes to its own cell. Made when a worker first uses the cluster,
 * so that a mesh's thousand unused clusters cost nothing.
 */
public final class ClusterStats {
  public final Counter bindErrors;
  public final Counter lbHealthyPanic;
  public final Counter lbLocalClusterNotOk;
  public final Counter lbRecalculateZoneStructures;
  public final Counter lbSubsetsCreated;
  public final Counter lbSubsetsFallback;
  public final Counter lbSubsetsFallbackPanic;
  public final Counter lbSubsetsRemoved;
  public final Counter lbSubsetsSelected;
  public final Counter lbZoneClusterTooSmall;
  public final Counter lbZoneNoCapacityLeft;
  public final Counter lbZoneNumberDiffers;
  public final Counter lbZoneRoutingAllDirectly;
  public final Counter lbZoneRoutingCrossZone;
  public final Counter lbZoneRoutingSampled;
  public final Counter originalDstHostInvalid;
  public final Counter retryOrShadowAbandoned;
  public final Counter upstreamCxCloseNotify;
  public final Counter upstreamCxConnectAttemptsExceeded;
  public final Counter upstreamCxConnectFail;
  public final Counter upstreamCxConnectTimeout;
  public final Counter upstreamCxDestroy;
  public final Counter upstreamCxDestroyLocal;
  public final Counter upstreamCxDestroyLocalWithActiveRq;
  public final Counter upstreamCxDestroyRemote;
  public final Counter upstreamCxDestroyRemoteWithActiveRq;
  public final Counter upstreamCxDestroyWithActiveRq;
  public final Counter upstreamCxHttp1Total;
  public final Counter upstreamCxHttp2Total;
  public final Counter upstreamCxIdleTimeout;
  public final Counter upstreamCxMaxDurationReached;
  public final Counter upstreamCxMaxRequests;
  public final Counter upstreamCxNoneHealthy;
  public final Counter upstreamCxOverflow;
  public final Counter upstreamCxPoolOverflow;
  public final Counter upstreamCxProtocolError;
  public final Counter upstreamCxRxBytesTotal;
  public final Counter upstreamCxTotal;
  public final Counter upstreamCxTxBytesTotal;
  public final Counter upstreamFlowControlBackedUpTotal;
  public final Counter upstreamFlowControlDrainedTotal;
  public final Counter upstreamFlowControlPausedReadingTotal;
  public final Counter upstreamFlowControlResumedReadingTotal;
  public final Counter upstreamInternalRedirectFailedTotal;
  public final Counter upstreamInternalRedirectSucceededTotal;
  public final Counter upstreamRqActiveOverflow;
  public final Counter upstreamRqCancelled;
  public final Counter upstreamRqMaintenanceMode;
  public final Counter upstreamRqMaxDurationReached;
  public final Counter upstreamRqPendingFailureEject;
  public final Counter upstreamRqPendingOverflow;
  public final Counter upstreamRqPendingTotal;
  public final Counter upstreamRqPerTryIdleTimeout;
  public final Counter upstreamRqPerTryTimeout;
  public final Counter upstreamRqRetry;
  public final Counter upstreamRqRetryBackoffExponential;
  public final Counter upstreamRqRetryBackoffRatelimited;
  public final Counter upstreamRqRetryLimitExceeded;
  public final Counter upstreamRqRetryOverflow;
  public final Counter upstreamRqRetrySuccess;
  public final Counter upstreamInternalRedirectSucceeded;
  public final Counter upstreamInternalRedirectFailed;
  public final Counter upstreamRqRxReset;
  public final Counter upstreamRqTimeout;
  public final Counter upstreamRqTotal;
  public final Counter upstreamRqTxReset;

  public final Gauge lbSubsetsActive;
  public final Gauge maxHostWeight;
  public final Gauge upstreamCxActive;
  public final Gauge upstreamRqActive;
  public final Gauge upstreamRqPendingActive;

  public final Histogram upstreamCxConnectMs;
  public final Histogram upstreamCxLengthMs;
  public final Histogram upstreamRqPerCx;
  public final Histogram upstreamRqTime;

  private final StatStore store;
  private final String prefix;
  private final ResponseStats all;
  private final ConcurrentHashMap<ResponseGroup, ResponseStats> groups = new ConcurrentHashMap<>();

  ClusterStats(StatStore store, String prefix) {
    this.store = store;
    this.prefix = prefix;
    this.all = new ResponseStats(store, prefix);
    this.bindErrors = store.counter(prefix + "bind_errors");
    this.lbHealthyPanic = store.counter(prefix + "lb_healthy_panic");
    this.lbLocalClusterNotOk = store.counter(prefix + "lb_local_cluster_not_ok");
    this.lbRecalculateZoneStructures = store.counter(prefix + "lb_recalculate_zone_structures");
    this.lbSubsetsCreated = store.counter(prefix + "lb_subsets_created");
    this.lbSubsetsFallback = store.counter(prefix + "lb_subsets_fallback");
    this.lbSubsetsFallbackPanic = store.counter(prefix + "lb_subsets_fallback_panic");
    this.lbSubsetsRemoved = store.counter(prefix + "lb_subsets_removed");
    this.lbSubsetsSelected = store.counter(prefix + "lb_subsets_selected");
    this.lbZoneClusterTooSmall = store.counter(prefix + "lb_zone_cluster_too_small");
    this.lbZoneNoCapacityLeft = store.counter(prefix + "lb_zone_no_capacity_left");
    this.lbZoneNumberDiffers = store.counter(prefix + "lb_zone_number_differs");
    this.lbZoneRoutingAllDirectly = store.counter(prefix + "lb_zone_routing_all_directly");
    this.lbZoneRoutingCrossZone = store.counter(prefix + "lb_zone_routing_cross_zone");
    this.lbZoneRoutingSampled = store.counter(prefix + "lb_zone_routing_sampled");
    this.originalDstHostInvalid = store.counter(prefix + "original_dst_host_invalid");
    this.retryOrShadowAbandoned = store.counter(prefix + "retry_or_shadow_abandoned");
    this.upstreamCxCloseNotify = store.counter(prefix + "upstream_cx_close_notify");
    this.upstreamCxConnectAttemptsExceeded =
        store.counter(prefix + "upstream_cx_connect_attempts_exceeded");
    this.upstreamCxConnectFail = store.counter(prefix + "upstream_cx_connect_fail");
    this.upstreamCxConnectTimeout = store.counter(prefix + "upstream_cx_connect_timeout");
    this.upstreamCxDestroy = store.counter(prefix + "upstream_cx_destroy");
    this.upstreamCxDestroyLocal = store.counter(prefix + "upstream_cx_destroy_local");
    this.upstreamCxDestroyLocalWithActiveRq =
        store.counter(prefix + "upstream_cx_destroy_local_with_active_rq");
    this.upstreamCxDestroyRemote = store.counter(prefix + "upstream_cx_destroy_remote");
    this.upstreamCxDestroyRemoteWithActiveRq =
        store.counter(prefix + "upstream_cx_destroy_remote_with_active_rq");
    this.upstreamCxDestroyWithActiveRq =
        store.counter(prefix + "upstream_cx_destroy_with_active_rq");
    this.upstreamCxHttp1Total = store.counter(prefix + "upstream_cx_http1_total");
    this.upstreamCxHttp2Total = store.counter(prefix + "upstream_cx_http2_total");
    this.upstreamCxIdleTimeout = store.counter(prefix + "upstream_cx_idle_timeout");
    this.upstreamCxMaxDurationReached = store.counter(prefix + "upstream_cx_max_duration_reached");
    this.upstreamCxMaxRequests = store.counter(prefix + "upstream_cx_max_requests");
    this.upstreamCxNoneHealthy = store.counter(prefix + "upstream_cx_none_healthy");
    this.upstreamCxOverflow = store.counter(prefix + "upstream_cx_overflow");
    this.upstreamCxPoolOverflow = store.counter(prefix + "upstream_cx_pool_overflow");
    this.upstreamCxProtocolError = store.counter(prefix + "upstream_cx_protocol_error");
    this.upstreamCxRxBytesTotal = store.counter(prefix + "upstream_cx_rx_bytes_total");
    this.upstreamCxTotal = store.counter(prefix + "upstream_cx_total");
    this.upstreamCxTxBytesTotal = store.counter(prefix + "upstream_cx_tx_bytes_total");
    this.upstreamFlowControlBackedUpTotal =
        store.counter(prefix + "upstream_flow_control_backed_up_total");
    this.upstreamFlowControlDrainedTotal =
        store.counter(prefix + "upstream_flow_control_drained_total");
    this.upstreamFlowControlPausedReadingTotal =
        store.counter(prefix + "upstream_flow_control_paused_reading_total");
    this.upstreamFlowControlResumedReadingTotal =
        store.counter(prefix + "upstream_flow_control_resumed_reading_total");
    this.upstreamInternalRedirectFailedTotal =
        store.counter(prefix + "upstream_internal_redirect_failed_total");
    this.upstreamInternalRedirectSucceededTotal =
        store.counter(prefix + "upstream_internal_redirect_succeeded_total");
    this.upstreamRqActiveOverflow = store.counter(prefix + "upstream_rq_active_overflow");
    this.upstreamRqCancelled = store.counter(prefix + "upstream_rq_cancelled");
    this.upstreamRqMaintenanceMode = store.counter(prefix + "upstream_rq_maintenance_mode");
    this.upstreamRqMaxDurationReached = store.counter(prefix + "upstream_rq_max_duration_reached");
    this.upstreamRqPendingFailureEject =
        store.counter(prefix + "upstream_rq_pending_failure_eject");
    this.upstreamRqPendingOverflow = store.counter(prefix + "upstream_rq_pending_overflow");
    this.upstreamRqPendingTotal = store.counter(prefix + "upstream_rq_pending_total");
    this.upstreamRqPerTryIdleTimeout = store.counter(prefix + "upstream_rq_per_try_idle_timeout");
    this.upstreamRqPerTryTimeout = store.counter(prefix + "upstream_rq_per_try_timeout");
    this.upstreamRqRetry = store.counter(prefix + "upstream_rq_retry");
    this.upstreamRqRetryBackoffExponential =
        store.counter(prefix + "upstream_rq_retry_backoff_exponential");
    this.upstreamRqRetryBackoffRatelimited =
        store.counter(prefix + "upstream_rq_retry_backoff_ratelimited");
    this.upstreamRqRetryLimitExceeded = store.counter(prefix + "upstream_rq_retry_limit_exceeded");
    this.upstreamRqRetryOverflow = store.counter(prefix + "upstream_rq_retry_overflow");
    this.upstreamInternalRedirectSucceeded =
        store.counter(prefix + "upstream_internal_redirect_succeeded_total");
    this.upstreamInternalRedirectFailed =
        store.counter(prefix + "upstream_internal_redirect_failed_total");
    this.upstreamRqRetrySuccess = store.counter(prefix + "upstream_rq_retry_success");
    this.upstreamRqRxReset = store.counter(prefix + "upstream_rq_rx_reset");
    this.upstreamRqTimeout = store.counter(prefix + "upstream_rq_timeout");
    this.upstreamRqTotal = store.counter(prefix + "upstream_rq_total");
    this.upstreamRqTxReset = store.counter(prefix + "upstream_rq_tx_reset");
    this.lbSubsetsActive = store.gauge(prefix + "lb_subsets_active");
    this.maxHostWeight = store.gauge(prefix + "max_host_weight");
    this.upstreamCxActive = store.gauge(prefix + "upstream_cx_active");
    this.upstreamRqActive = store.gauge(prefix + "upstream_rq_active");
    this.upstreamRqPendingActive = store.gauge(prefix + "upstream_rq_pending_active");
    this.upstreamCxConnectMs =
        store.histogram(prefix + "upstream_cx_connect_ms", Histogram.Unit.MILLISECONDS);
    this.upstreamCxLengthMs =
        store.histogram(prefix + "upstream_cx_length_ms", Histogram.Unit.MILLISECONDS);
    this.upstreamRqPerCx =
        store.histogram(prefix + "upstream_rq_per_cx", Histogram.Unit.UNSPECIFIED);
    this.upstreamRqTime = store.histogram(prefix + "upstream_rq_time", Histogram.Unit.MILLISECONDS);
  }

  /**
   * Counts a connection that was passed over since its host may be closing it. Not of Envoy's
   * statistics; there once it has counted.
   */
  public void idleRaceAvoided(int cell) {
    store.counter(prefix + "upstream_cx_idle_race_avoided").inc(cell);
  }

  /** {@code cluster.<name>.}, with the dot. */
  public String prefix() {
    return prefix;
  }

  /** The counters by code of all responses: {@code upstream_rq_200}, {@code upstream_rq_2xx}. */
  public ResponseStats responses() {
    return all;
  }

  /** The counters by code of one group of responses: {@code external.upstream_rq_200}. */
  public ResponseStats responses(ResponseGroup group) {
    ResponseStats found = groups.get(group);
    if (found == null) {
      found = groups.computeIfAbsent(group, g -> new ResponseStats(store, prefix + g.prefix()));
    }
    return found;
  }
}
