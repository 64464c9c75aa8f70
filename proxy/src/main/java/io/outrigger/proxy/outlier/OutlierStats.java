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
  private final Map<Ejection, Counter> detected = new EnumMap<>(Ejection.class);
  private final Map<Ejection, Counter> enforced = new EnumMap<>(Ejection.class);

  OutlierStats(StatStore store, String clusterPrefix) {
    String prefix = clusterPrefix + "outlier_detection.";
    active = store.gauge(prefix + "ejections_active");
    enforcedTotal = store.counter(prefix + "ejections_enforced_total");
    overflow = store.counter(prefix + "ejections_overflow");
    for (Ejection kind : Ejection.values()) {
      detected.put(kind, store.counter(prefix + "ejections_detected_" + kind.text()));
      enforced.put(kind, store.counter(prefix + "ejections_enforced_" + kind.text()));
    }
  }

  void detected(Ejection kind) {
    Counter counter = detected.get(kind);
    if (counter != null) {
      counter.inc(0);
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
