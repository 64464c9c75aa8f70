package io.outrigger.proxy.extauthz;

import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import java.util.HashMap;
import java.util.Map;

/** The filter's counters, of the chain and of the clusters that requests were for. A worker's. */
final class AuthStats {
  final Counter ok;
  final Counter denied;
  final Counter error;
  final Counter disabled;
  final Counter failureModeAllowed;
  final Counter invalid;
  final Counter ignoredDynamicMetadata;
  private final StatStore store;
  private final String own;
  private final Map<String, OfCluster> clusters = new HashMap<>();

  AuthStats(StatStore store, String prefix, String statPrefix) {
    this.store = store;
    this.own = "ext_authz." + (statPrefix.isEmpty() ? "" : statPrefix + ".");
    this.ok = store.counter(prefix + own + "ok");
    this.denied = store.counter(prefix + own + "denied");
    this.error = store.counter(prefix + own + "error");
    this.disabled = store.counter(prefix + own + "disabled");
    this.failureModeAllowed = store.counter(prefix + own + "failure_mode_allowed");
    this.invalid = store.counter(prefix + own + "invalid");
    this.ignoredDynamicMetadata = store.counter(prefix + own + "ignored_dynamic_metadata");
    store.counter(prefix + own + "filter_state_name_collision");
    store.counter(prefix + own + "omitted_response_headers");
    store.counter(prefix + own + "request_header_limits_reached");
  }

  OfCluster of(WorkerCluster cluster) {
    String name = cluster.config().name();
    OfCluster known = clusters.get(name);
    if (known == null) {
      known = new OfCluster(store, cluster.stats().prefix() + own);
      clusters.put(name, known);
    }
    return known;
  }

  /** Each counter is made when it is first needed. */
  static final class OfCluster {
    private final StatStore store;
    private final String prefix;

    OfCluster(StatStore store, String prefix) {
      this.store = store;
      this.prefix = prefix;
    }

    void count(String name, int cell) {
      store.counter(prefix + name).inc(cell);
    }
  }
}
