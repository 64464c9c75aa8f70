package io.outrigger.proxy.http;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.Histogram;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.tracing.TracingStats;
import java.util.Locale;

/** The statistics {@code http.<stat_prefix>.} of connection managers, in Envoy's names. */
public final class HcmStats {
  final Counter cxTotal;
  final Counter cxHttp1Total;
  final Counter cxHttp2Total;
  final Counter cxSslTotal;
  final Counter cxUpgradesTotal;
  final Counter cxDestroy;
  final Counter cxDestroyLocal;
  final Counter cxDestroyRemote;
  final Counter cxDestroyActiveRq;
  final Counter cxDestroyLocalActiveRq;
  final Counter cxDestroyRemoteActiveRq;
  final Counter cxDrainClose;
  final Counter cxOverloadDisableKeepalive;
  final Counter rqOverloadClose;
  final Counter cxIdleTimeout;
  final Counter cxMaxDurationReached;
  final Counter cxMaxRequestsReached;
  final Counter cxProtocolError;
  final Counter cxRxBytesTotal;
  final Counter cxTxBytesTotal;
  final Gauge cxActive;
  final Gauge cxHttp1Active;
  final Gauge cxHttp2Active;
  final Gauge cxSslActive;
  final Gauge cxUpgradesActive;
  final Histogram cxLengthMs;
  final Counter rqTotal;
  final Counter rqHttp1Total;
  final Counter rqHttp2Total;
  final Gauge rqActive;
  final Counter rqCompleted;
  final Counter[] rqClasses = new Counter[6];
  final Histogram rqTime;
  final Counter rqRxReset;
  final Counter rqTxReset;
  final Counter rqTimeout;
  final Counter rqIdleTimeout;
  final Counter rqHeaderTimeout;
  final Counter rqMaxDurationReached;
  final Counter rqNonRelativePath;
  final Counter rqTooLarge;
  final Counter rsTooLarge;
  final Counter rqRejectedViaIpDetection;
  final Counter rqFailedPathNormalization;
  final Counter rqRedirectedWithNormalizedPath;
  final Counter rqResponseBeforeRqComplete;
  final Counter rqWsOnNonWsRoute;
  final Counter flowControlPausedReading;
  final Counter flowControlResumedReading;
  final Counter routerRqTotal;
  final Counter routerRqDirectResponse;
  final Counter routerRqRedirect;
  final Counter routerNoRoute;
  final Counter routerNoCluster;
  final Counter routerRqResetAfterResponseStarted;
  private final Counter[] notFollowed = new Counter[NotFollowed.values().length];
  private final TracingStats tracing;

  /** {@code prefix} is {@code http.<stat_prefix>.}. */
  public HcmStats(StatStore store, String prefix) {
    String downstream = prefix + "downstream_";
    cxTotal = store.counter(downstream + "cx_total");
    cxHttp1Total = store.counter(downstream + "cx_http1_total");
    cxHttp2Total = store.counter(downstream + "cx_http2_total");
    cxSslTotal = store.counter(downstream + "cx_ssl_total");
    cxUpgradesTotal = store.counter(downstream + "cx_upgrades_total");
    cxDestroy = store.counter(downstream + "cx_destroy");
    cxDestroyLocal = store.counter(downstream + "cx_destroy_local");
    cxDestroyRemote = store.counter(downstream + "cx_destroy_remote");
    cxDestroyActiveRq = store.counter(downstream + "cx_destroy_active_rq");
    cxDestroyLocalActiveRq = store.counter(downstream + "cx_destroy_local_active_rq");
    cxDestroyRemoteActiveRq = store.counter(downstream + "cx_destroy_remote_active_rq");
    cxDrainClose = store.counter(downstream + "cx_drain_close");
    cxIdleTimeout = store.counter(downstream + "cx_idle_timeout");
    cxOverloadDisableKeepalive = store.counter(downstream + "cx_overload_disable_keepalive");
    rqOverloadClose = store.counter(downstream + "rq_overload_close");
    cxMaxDurationReached = store.counter(downstream + "cx_max_duration_reached");
    cxMaxRequestsReached = store.counter(downstream + "cx_max_requests_reached");
    cxProtocolError = store.counter(downstream + "cx_protocol_error");
    cxRxBytesTotal = store.counter(downstream + "cx_rx_bytes_total");
    cxTxBytesTotal = store.counter(downstream + "cx_tx_bytes_total");
    cxActive = store.gauge(downstream + "cx_active");
    cxHttp1Active = store.gauge(downstream + "cx_http1_active");
    cxHttp2Active = store.gauge(downstream + "cx_http2_active");
    cxSslActive = store.gauge(downstream + "cx_ssl_active");
    cxUpgradesActive = store.gauge(downstream + "cx_upgrades_active");
    cxLengthMs = store.histogram(downstream + "cx_length_ms");
    rqTotal = store.counter(downstream + "rq_total");
    rqHttp1Total = store.counter(downstream + "rq_http1_total");
    rqHttp2Total = store.counter(downstream + "rq_http2_total");
    rqActive = store.gauge(downstream + "rq_active");
    rqCompleted = store.counter(downstream + "rq_completed");
    for (int family = 1; family < rqClasses.length; family++) {
      rqClasses[family] = store.counter(downstream + "rq_" + family + "xx");
    }
    rqTime = store.histogram(downstream + "rq_time");
    rqRxReset = store.counter(downstream + "rq_rx_reset");
    rqTxReset = store.counter(downstream + "rq_tx_reset");
    rqTimeout = store.counter(downstream + "rq_timeout");
    rqIdleTimeout = store.counter(downstream + "rq_idle_timeout");
    rqHeaderTimeout = store.counter(downstream + "rq_header_timeout");
    rqMaxDurationReached = store.counter(downstream + "rq_max_duration_reached");
    rqNonRelativePath = store.counter(downstream + "rq_non_relative_path");
    rqTooLarge = store.counter(downstream + "rq_too_large");
    rsTooLarge = store.counter(prefix + "rs_too_large");
    rqRejectedViaIpDetection = store.counter(downstream + "rq_rejected_via_ip_detection");
    rqFailedPathNormalization = store.counter(downstream + "rq_failed_path_normalization");
    rqRedirectedWithNormalizedPath =
        store.counter(downstream + "rq_redirected_with_normalized_path");
    rqResponseBeforeRqComplete = store.counter(downstream + "rq_response_before_rq_complete");
    rqWsOnNonWsRoute = store.counter(downstream + "rq_ws_on_non_ws_route");
    flowControlPausedReading = store.counter(downstream + "flow_control_paused_reading_total");
    flowControlResumedReading = store.counter(downstream + "flow_control_resumed_reading_total");
    tracing = new TracingStats(store, prefix);
    routerRqTotal = store.counter(prefix + "rq_total");
    routerRqDirectResponse = store.counter(prefix + "rq_direct_response");
    routerRqRedirect = store.counter(prefix + "rq_redirect");
    routerNoRoute = store.counter(prefix + "no_route");
    routerNoCluster = store.counter(prefix + "no_cluster");
    routerRqResetAfterResponseStarted =
        store.counter(prefix + "rq_reset_after_downstream_response_started");
    for (NotFollowed why : NotFollowed.values()) {
      notFollowed[why.ordinal()] =
          store.counter(
              prefix + "passthrough_internal_redirect_" + why.name().toLowerCase(Locale.ROOT));
    }
  }

  /** Why requests were traced. */
  public TracingStats tracing() {
    return tracing;
  }

  // ---- what the router counts ----

  /** Why a redirect went to the client instead of being followed here. */
  public enum NotFollowed {
    BAD_LOCATION,
    UNSAFE_SCHEME,
    TOO_MANY_REDIRECTS,
    NO_ROUTE,
    PREDICATE
  }

  public void notFollowed(int cell, NotFollowed why) {
    notFollowed[why.ordinal()].inc(cell);
  }

  /** A request that no filter has answered, whether it has a route or not. */
  public void reachedRouter(int cell) {
    routerRqTotal.inc(cell);
  }

  public void noRoute(int cell) {
    routerNoRoute.inc(cell);
  }

  public void noCluster(int cell) {
    routerNoCluster.inc(cell);
  }

  public void redirected(int cell) {
    routerRqRedirect.inc(cell);
  }

  public void directResponse(int cell) {
    routerRqDirectResponse.inc(cell);
  }

  public void resetAfterResponse(int cell) {
    routerRqResetAfterResponseStarted.inc(cell);
  }

  /** A filter that holds a whole body refused one that is too long. */
  public void countTooLarge(int cell) {
    rqTooLarge.inc(cell);
  }

  /** A filter that holds a whole body of a response refused one that is too long. */
  public void countResponseTooLarge(int cell) {
    rsTooLarge.inc(cell);
  }

  /** A request is over, however it ended. */
  void countEnd(Exchange exchange) {
    int cell = exchange.scope.worker.index();
    rqActive.dec(cell);
    if (exchange.isUpgrade()) {
      cxUpgradesActive.dec(cell);
    }
    if (exchange.status > 0) {
      rqCompleted.inc(cell);
      int family = exchange.status / 100;
      if (family < rqClasses.length) {
        rqClasses[family].inc(cell);
      }
    }
    if (!exchange.requestComplete() && exchange.response().ended()) {
      rqResponseBeforeRqComplete.inc(cell);
    }
    rqTime.record(cell, (exchange.endNanos - exchange.startNanos) / 1_000_000);
  }
}
