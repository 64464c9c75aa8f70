package io.outrigger.proxy.router;

import io.outrigger.proxy.cluster.ResponseStats;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Histogram;
import io.outrigger.proxy.stats.StatStore;
import java.util.concurrent.ConcurrentHashMap;

/** The statistics of a virtual cluster, or of a route that has a stat_prefix. */
final class RequestGroup {
  final ResponseStats responses;
  final Counter total;
  final Counter timeout;
  final Counter retry;
  final Counter retrySuccess;
  final Counter retryLimitExceeded;
  final Counter retryOverflow;
  final Histogram time;

  private RequestGroup(StatStore store, String prefix) {
    String upstream = prefix + "upstream_rq_";
    responses = new ResponseStats(store, prefix);
    total = store.counter(upstream + "total");
    timeout = store.counter(upstream + "timeout");
    retry = store.counter(upstream + "retry");
    retrySuccess = store.counter(upstream + "retry_success");
    retryLimitExceeded = store.counter(upstream + "retry_limit_exceeded");
    retryOverflow = store.counter(upstream + "retry_overflow");
    time = store.histogram(upstream + "time");
  }

  /** All groups by the prefix of their statistics; each made with its first request. */
  static final class Registry {
    private final StatStore store;
    private final ConcurrentHashMap<String, RequestGroup> groups = new ConcurrentHashMap<>();

    Registry(StatStore store) {
      this.store = store;
    }

    RequestGroup get(String prefix) {
      RequestGroup known = groups.get(prefix);
      return known != null
          ? known
          : groups.computeIfAbsent(prefix, fresh -> new RequestGroup(store, fresh));
    }
  }
}
