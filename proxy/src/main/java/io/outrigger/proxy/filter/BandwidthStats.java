package io.outrigger.proxy.filter;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.Histogram;
import io.outrigger.proxy.stats.StatStore;

/** What bandwidth_limit counts under one stat_prefix. */
record BandwidthStats(OfWay requests, OfWay responses) {
  static BandwidthStats of(StatStore store, String statPrefix) {
    String prefix = statPrefix + ".http_bandwidth_limit.";
    return new BandwidthStats(
        OfWay.of(store, prefix + "request_"), OfWay.of(store, prefix + "response_"));
  }

  /** Of requests, or of responses. */
  record OfWay(
      Counter enabled,
      Counter enforced,
      Gauge pending,
      Gauge incomingSize,
      Counter incomingTotal,
      Gauge allowedSize,
      Counter allowedTotal,
      Histogram duration) {
    static OfWay of(StatStore store, String prefix) {
      return new OfWay(
          store.counter(prefix + "enabled"),
          store.counter(prefix + "enforced"),
          store.gauge(prefix + "pending"),
          store.gauge(prefix + "incoming_size"),
          store.counter(prefix + "incoming_total_size"),
          store.gauge(prefix + "allowed_size"),
          store.counter(prefix + "allowed_total_size"),
          store.histogram(prefix + "transfer_duration"));
    }

    void incoming(int cell, int bytes) {
      incomingSize.set(cell, bytes);
      incomingTotal.add(cell, bytes);
    }

    void allowed(int cell, long bytes) {
      allowedSize.set(cell, bytes);
      allowedTotal.add(cell, bytes);
    }
  }
}
