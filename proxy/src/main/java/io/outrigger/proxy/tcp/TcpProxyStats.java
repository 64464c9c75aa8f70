package io.outrigger.proxy.tcp;

import io.outrigger.proxy.snapshot.ClusterAnswer;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import org.jspecify.annotations.Nullable;

/** The {@code tcp.<stat_prefix>.} statistics. Any worker counts into its own cell. */
final class TcpProxyStats {
  final Counter total;
  final Counter noRoute;
  final Counter sentBytes;
  final Counter receivedBytes;
  final Counter pausedReading;
  final Counter resumedReading;
  final Counter idleTimeout;
  final Counter maxDuration;
  final Counter upstreamFlush;
  final Gauge upstreamFlushActive;

  /** Null: nobody is asked for clusters. */
  final @Nullable OnDemand onDemand;

  /** What became of questions for clusters. */
  record OnDemand(Counter attempt, Counter there, Counter missing, Counter late) {
    OnDemand(StatStore store, String prefix) {
      this(
          store.counter(prefix + "attempt"),
          store.counter(prefix + "success"),
          store.counter(prefix + "missing"),
          store.counter(prefix + "timeout"));
    }

    void answered(ClusterAnswer answer, int cell) {
      Counter counter =
          answer == ClusterAnswer.THERE ? there : answer == ClusterAnswer.MISSING ? missing : late;
      counter.inc(cell);
    }
  }

  TcpProxyStats(StatStore store, String statPrefix, boolean asksForClusters) {
    String prefix = "tcp." + statPrefix + ".";
    onDemand = asksForClusters ? new OnDemand(store, prefix + "on_demand_cluster_") : null;
    total = store.counter(prefix + "downstream_cx_total");
    noRoute = store.counter(prefix + "downstream_cx_no_route");
    sentBytes = store.counter(prefix + "downstream_cx_tx_bytes_total");
    receivedBytes = store.counter(prefix + "downstream_cx_rx_bytes_total");
    pausedReading = store.counter(prefix + "downstream_flow_control_paused_reading_total");
    resumedReading = store.counter(prefix + "downstream_flow_control_resumed_reading_total");
    idleTimeout = store.counter(prefix + "idle_timeout");
    maxDuration = store.counter(prefix + "max_downstream_connection_duration");
    upstreamFlush = store.counter(prefix + "upstream_flush_total");
    upstreamFlushActive = store.gauge(prefix + "upstream_flush_active");
    store.gauge(prefix + "downstream_cx_tx_bytes_buffered");
    store.gauge(prefix + "downstream_cx_rx_bytes_buffered");
    store.counter(prefix + "early_data_received_count_total");
  }
}
