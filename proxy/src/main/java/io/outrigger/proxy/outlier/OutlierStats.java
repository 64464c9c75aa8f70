package io.outrigger.proxy.outlier;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import java.util.EnumMap;
import java.util.Map;

/** The {@code outlier_detection.} statistics of a cluster; written by the configuration loop. */
final class OutlierStats {
  final Gauge active;
  final Counter enforcedTotal;
  final Counter overflow;

  /** Envoy's old names, which dashboards still use. */
  private final Counter total;

  private final Counter consecutive5xx;
  private final Counter successRate;
  private final Map<Ejection, Counter> detected = new EnumMap<>(Ejection.class);
  private final Map<Ejection, Counter> enforced = new EnumMap<>(Ejection.class);

  OutlierStats(StatStore store, String clusterPrefix) {
    String prefix = clusterPrefix + "outlier_detection.";
    active = store.gauge(prefix + "ejections_active");
    enforcedTotal = store.counter(prefix + "ejections_enforced_total");
    overflow = store.counter(prefix + "ejections_overflow");
    total = store.counter(prefix + "ejections_total");
    consecutive5xx = store.counter(prefix + "ejections_consecutive_5xx");
    successRate = store.counter(prefix + "ejections_success_rate");
    for (Ejection kind : Ejection.values()) {
      detected.put(kind, store.counter(prefix + "ejections_detected_" + kind.text()));
      enforced.put(kind, store.counter(prefix + "ejections_enforced_" + kind.text()));
    }
  }

  void detected(Ejection kind) {
    if (kind == Ejection.CONSECUTIVE_5XX) {
      consecutive5xx.inc(0);
    } else if (kind == Ejection.SUCCESS_RATE || kind == Ejection.LOCAL_ORIGIN_SUCCESS_RATE) {
      successRate.inc(0);
    }
    Counter counter = detected.get(kind);
    if (counter != null) {
      counter.inc(0);
    }
  }

  /** The limits allow an ejection. */
  void allowed(Ejection kind) {
    if (kind == Ejection.CONSECUTIVE_5XX || kind == Ejection.SUCCESS_RATE) {
      total.inc(0);
    }
  }

  void enforced(Ejection kind) {
    enforcedTotal.inc(0);
    Counter counter = enforced.get(kind);
    if (counter != null) {
      counter.inc(0);
    }
  }
}
