package io.outrigger.proxy.restart;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Statistics of the old process that go on in the new one, as Envoy merges them: what counters
 * gained since the last time, and gauges of what is open in both. On the configuration loop.
 */
final class StatsHandover {
  private final StatStore stats;
  private final Map<String, Long> told = new HashMap<>();
  private final Set<String> imported = new HashSet<>();

  StatsHandover(StatStore stats) {
    this.stats = stats;
  }

  /** A line each: {@code c GAIN NAME}, {@code g VALUE NAME}. */
  List<String> since() {
    List<String> lines = new ArrayList<>();
    for (Counter counter : stats.counters()) {
      long value = counter.value();
      Long before = told.put(counter.name(), value);
      long gain = value - (before == null ? 0 : before);
      if (gain > 0) {
        lines.add("c " + gain + ' ' + counter.name());
      }
    }
    for (Gauge gauge : stats.gauges()) {
      if (isOpenInBoth(gauge.name()) && gauge.own() > 0) {
        lines.add("g " + gauge.own() + ' ' + gauge.name());
      }
    }
    return lines;
  }

  /** Connections, requests, sessions: the old process's and the new one's are different ones. */
  private static boolean isOpenInBoth(String name) {
    int leaf = name.lastIndexOf('.') + 1;
    return name.endsWith("_active")
        && (name.startsWith("downstream_", leaf) || name.startsWith("upstream_", leaf));
  }

  void add(List<String> lines) {
    Set<String> open = new HashSet<>();
    for (String line : lines) {
      int blank = line.indexOf(' ', 2);
      long value = Long.parseLong(line.substring(2, blank));
      String name = line.substring(blank + 1);
      if (line.startsWith("c ")) {
        stats.counter(name).add(0, value);
      } else if (line.startsWith("g ")) {
        stats.gauge(name).imported(value);
        open.add(name);
      }
    }
    imported.removeAll(open);
    imported.forEach(name -> stats.gauge(name).imported(0));
    imported.clear();
    imported.addAll(open);
  }
}
