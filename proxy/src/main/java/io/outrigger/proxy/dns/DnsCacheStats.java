package io.outrigger.proxy.dns;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;

/** {@code dns_cache.NAME.*}. */
final class DnsCacheStats {
  final Counter queryAttempt;
  final Counter querySuccess;
  final Counter queryFailure;
  final Counter queryTimeout;
  final Counter hostAdded;
  final Counter hostRemoved;
  final Counter hostAddressChanged;
  final Counter hostOverflow;
  final Counter pendingOverflow;
  final Gauge numHosts;

  DnsCacheStats(StatStore store, String prefix) {
    this.queryAttempt = store.counter(prefix + "dns_query_attempt");
    this.querySuccess = store.counter(prefix + "dns_query_success");
    this.queryFailure = store.counter(prefix + "dns_query_failure");
    this.queryTimeout = store.counter(prefix + "dns_query_timeout");
    this.hostAdded = store.counter(prefix + "host_added");
    this.hostRemoved = store.counter(prefix + "host_removed");
    this.hostAddressChanged = store.counter(prefix + "host_address_changed");
    this.hostOverflow = store.counter(prefix + "host_overflow");
    this.pendingOverflow = store.counter(prefix + "dns_rq_pending_overflow");
    this.numHosts = store.gauge(prefix + "num_hosts");
  }
}
