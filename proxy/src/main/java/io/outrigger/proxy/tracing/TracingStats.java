package io.outrigger.proxy.tracing;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;

/** {@code http.<prefix>.tracing.*}: why requests were traced, or that they were not. */
public final class TracingStats {
  private final Counter randomSampling;
  private final Counter serviceForced;
  private final Counter clientEnabled;
  private final Counter notTraceable;

  /** {@code prefix} is {@code http.<stat_prefix>.}. */
  public TracingStats(StatStore store, String prefix) {
    randomSampling = store.counter(prefix + "tracing.random_sampling");
    serviceForced = store.counter(prefix + "tracing.service_forced");
    clientEnabled = store.counter(prefix + "tracing.client_enabled");
    notTraceable = store.counter(prefix + "tracing.not_traceable");
    // a request is known as a health check only after this is decided; the name is there for pages
    store.counter(prefix + "tracing.health_check");
  }

  void count(TraceReason reason, int cell) {
    (switch (reason) {
          case NOT_TRACEABLE -> notTraceable;
          case SAMPLING -> randomSampling;
          case SERVICE_FORCED -> serviceForced;
          case CLIENT_FORCED -> clientEnabled;
        })
        .inc(cell);
  }
}
