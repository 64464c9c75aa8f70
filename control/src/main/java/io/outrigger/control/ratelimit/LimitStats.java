package io.outrigger.control.ratelimit;

import io.outrigger.control.debug.PrometheusText;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** Counts decisions by limit, and prints them as Prometheus reads them. Any thread. */
final class LimitStats {
  /** Beyond this, limits with detailed_metric share a line: values come from clients. */
  private static final int MOST_KEYS = 10_000;

  private static final String PREFIX = "ratelimit_service_";

  final LongAdder requests = new LongAdder();
  final LongAdder errors = new LongAdder();
  final LongAdder configLoads = new LongAdder();
  final LongAdder configErrors = new LongAdder();
  private final Map<String, OfLimit> limits = new ConcurrentHashMap<>();

  /** What became of the hits of one limit. */
  static final class OfLimit {
    final LongAdder total = new LongAdder();
    final LongAdder within = new LongAdder();
    final LongAdder near = new LongAdder();
    final LongAdder over = new LongAdder();
    final LongAdder overByNearCache = new LongAdder();
    final LongAdder shadow = new LongAdder();
  }

  OfLimit of(String key) {
    OfLimit known = limits.get(key);
    if (known == null) {
      String held = limits.size() < MOST_KEYS ? key : "other";
      known = limits.computeIfAbsent(held, k -> new OfLimit());
    }
    return known;
  }

  String page() {
    StringBuilder out = new StringBuilder();
    PrometheusText.counter(out, PREFIX + "should_rate_limit_requests", requests.sum());
    PrometheusText.counter(out, PREFIX + "should_rate_limit_errors", errors.sum());
    PrometheusText.counter(out, PREFIX + "config_load_success", configLoads.sum());
    PrometheusText.counter(out, PREFIX + "config_load_error", configErrors.sum());
    counters(out, "total_hits", of -> of.total);
    counters(out, "within_limit", of -> of.within);
    counters(out, "near_limit", of -> of.near);
    counters(out, "over_limit", of -> of.over);
    counters(out, "over_limit_with_local_cache", of -> of.overByNearCache);
    counters(out, "shadow_mode", of -> of.shadow);
    return out.toString();
  }

  private void counters(StringBuilder out, String name, Function<OfLimit, LongAdder> value) {
    out.append("# TYPE ").append(PREFIX).append("rate_limit_").append(name).append(" counter\n");
    limits.forEach(
        (key, of) ->
            out.append(PREFIX)
                .append("rate_limit_")
                .append(name)
                .append("{limit=\"")
                .append(key.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
                .append("\"} ")
                .append(value.apply(of).sum())
                .append('\n'));
  }
}
