package io.outrigger.proxy.listener;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.Histogram;
import io.outrigger.proxy.stats.StatStore;

/** The {@code listener.<address>.} statistics. Any worker counts into its own cell. */
final class ListenerStats {
  final Counter total;
  final Counter destroyed;
  final Gauge active;
  final Histogram lengthMillis;
  final Gauge preActive;
  final Counter preTimeout;
  final Counter noFilterChainMatch;
  final Counter filterError;
  final Counter filterRemoteClose;
  final Counter secretsNotReady;
  final Counter overflow;
  final Counter overloadReject;
  final Counter globalOverflow;
  final Counter extensionConfigMissing;
  private final Counter[] workerTotal;
  private final Gauge[] workerActive;

  ListenerStats(StatStore store, String prefix, int workers) {
    total = store.counter(prefix + ".downstream_cx_total");
    destroyed = store.counter(prefix + ".downstream_cx_destroy");
    active = store.gauge(prefix + ".downstream_cx_active");
    lengthMillis = store.histogram(prefix + ".downstream_cx_length_ms");
    preActive = store.gauge(prefix + ".downstream_pre_cx_active");
    preTimeout = store.counter(prefix + ".downstream_pre_cx_timeout");
    noFilterChainMatch = store.counter(prefix + ".no_filter_chain_match");
    filterError = store.counter(prefix + ".downstream_listener_filter_error");
    filterRemoteClose = store.counter(prefix + ".downstream_listener_filter_remote_close");
    secretsNotReady =
        store.counter(prefix + ".server_ssl_socket_factory.downstream_context_secrets_not_ready");
    overflow = store.counter(prefix + ".downstream_cx_overflow");
    overloadReject = store.counter(prefix + ".downstream_cx_overload_reject");
    globalOverflow = store.counter(prefix + ".downstream_global_cx_overflow");
    extensionConfigMissing = store.counter(prefix + ".extension_config_missing");
    workerTotal = new Counter[workers];
    workerActive = new Gauge[workers];
    for (int i = 0; i < workers; i++) {
      workerTotal[i] = store.counter(prefix + ".worker_" + i + ".downstream_cx_total");
      workerActive[i] = store.gauge(prefix + ".worker_" + i + ".downstream_cx_active");
    }
  }

  /** A filter chain took the connection. */
  void opened(int cell) {
    total.inc(cell);
    active.inc(cell);
    workerTotal[cell - 1].inc(cell);
    workerActive[cell - 1].inc(cell);
  }

  void closed(int cell, long nanos) {
    destroyed.inc(cell);
    active.dec(cell);
    workerActive[cell - 1].dec(cell);
    lengthMillis.record(cell, nanos / 1_000_000);
  }
}
