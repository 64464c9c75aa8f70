package io.outrigger.control.push;

import io.outrigger.control.debug.PrometheusText;
import io.outrigger.xds.ResourceType;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What pushing counts, under Istio's names. Any thread. */
public final class PushMetrics {
  private final LongAdder pushes = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder translations = new LongAdder();
  private final LongAdder translationNanos = new LongAdder();
  private final LongAdder convergences = new LongAdder();
  private final LongAdder convergenceNanos = new LongAdder();
  private final Map<ResourceType, LongAdder> rejects = new EnumMap<>(ResourceType.class);

  public PushMetrics() {
    for (ResourceType type : ResourceType.values()) {
      rejects.put(type, new LongAdder());
    }
  }

  void pushed(int size) {
    pushes.increment();
    bytes.add(size);
  }

  void translated(long nanos) {
    translations.increment();
    translationNanos.add(nanos);
  }

  void converged(long nanos) {
    convergences.increment();
    convergenceNanos.add(nanos);
  }

  void nacked(ResourceType type) {
    LongAdder count = rejects.get(type);
    if (count != null) {
      count.increment();
    }
  }

  /** Appends all in Prometheus' text form. */
  public void print(StringBuilder out) {
    PrometheusText.counter(out, "pilot_xds_pushes", pushes.sum());
    PrometheusText.counter(out, "pilot_xds_push_bytes_total", bytes.sum());
    summary(out, "pilot_xds_push_time", translationNanos.sum(), translations.sum());
    summary(out, "pilot_proxy_convergence_time", convergenceNanos.sum(), convergences.sum());
    out.append("# TYPE pilot_xds_rejects counter\n");
    long total = 0;
    for (Map.Entry<ResourceType, LongAdder> entry : rejects.entrySet()) {
      long count = entry.getValue().sum();
      total += count;
      out.append("pilot_xds_rejects{type=\"")
          .append(entry.getKey())
          .append("\"} ")
          .append(count)
          .append('\n');
    }
    PrometheusText.counter(out, "pilot_total_xds_rejects", total);
  }

  private static void summary(StringBuilder out, String name, long nanos, long count) {
    out.append("# TYPE ").append(name).append(" summary\n");
    out.append(name).append("_sum ").append(nanos / 1e9).append('\n');
    out.append(name).append("_count ").append(count).append('\n');
  }
}
