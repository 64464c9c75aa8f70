package io.outrigger.cli.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The live table: who calls whom, how much, how well, which version, and whether encrypted. */
final class Table {
  private static final String OUTBOUND = "cluster.outbound|";

  private final SidecarStats stats;
  private final Map<String, Long> before = new HashMap<>();
  private long beforeNanos = System.nanoTime();

  Table(SidecarStats stats) {
    this.stats = stats;
  }

  /** One edge of the graph in the time since the last look. */
  private record Row(
      String caller,
      String callee,
      String version,
      long requests,
      long good,
      double p50,
      double p99,
      boolean encrypted) {}

  /** The table's lines, of what happened since the last call. */
  List<String> lines() throws InterruptedException {
    long now = System.nanoTime();
    double seconds = Math.max(0.001, (now - beforeNanos) / 1e9);
    beforeNanos = now;
    List<Row> rows = new ArrayList<>();
    Map<String, Long> totals = new HashMap<>();
    for (Instance instance : Instance.ALL) {
      try {
        for (Row row : rows(instance, stats.read(instance))) {
          rows.add(row);
          totals.merge(row.caller() + ">" + row.callee(), row.requests(), Long::sum);
        }
      } catch (IOException e) {
        rows.add(new Row(instance.name(), "(no answer from its sidecar)", "", 0, 0, 0, 0, false));
      }
    }
    List<String> out = new ArrayList<>();
    out.add(
        String.format(
            "%-13s %-22s %8s %9s %9s %9s %7s  %s",
            "CALLER", "CALLEE", "RATE", "SUCCESS", "P50", "P99", "SHARE", "MUTUAL TLS"));
    for (Row row : rows) {
      out.add(line(row, totals.getOrDefault(row.caller() + ">" + row.callee(), 0L), seconds));
    }
    return out;
  }

  private static String line(Row row, long total, double seconds) {
    String callee = row.callee() + (row.version().isEmpty() ? "" : " " + row.version());
    if (row.requests() == 0) {
      return String.format("%-13s %-22s %8s", row.caller(), callee, "-");
    }
    return String.format(
        Locale.ROOT,
        "%-13s %-22s %6.1f/s %8.2f%% %9s %9s %6.1f%%  %s",
        row.caller(),
        callee,
        row.requests() / seconds,
        100.0 * row.good() / row.requests(),
        millis(row.p50()),
        millis(row.p99()),
        100.0 * row.requests() / Math.max(1, total),
        row.encrypted() ? "yes" : "NO");
  }

  // a histogram's values are whole milliseconds, so 0 says that it was less than one
  private static String millis(double value) {
    return value < 1 ? "<1ms" : String.format(Locale.ROOT, "%.1fms", value);
  }

  /** A sidecar's calls: clusters are named outbound|PORT|SUBSET|HOST. */
  private List<Row> rows(Instance instance, SidecarStats.Reading reading) {
    Map<String, Row> rows = new TreeMap<>();
    for (String name : reading.numbers().keySet()) {
      if (!name.startsWith(OUTBOUND) || !name.endsWith(".upstream_rq_completed")) {
        continue;
      }
      String cluster = name.substring(0, name.length() - ".upstream_rq_completed".length());
      String[] parts = cluster.split("\\|", -1);
      if (parts.length < 4) {
        continue;
      }
      long requests = delta(instance, reading, cluster + ".upstream_rq_completed");
      long good = requests - delta(instance, reading, cluster + ".upstream_rq_5xx");
      if (reading.number(name) == 0) {
        continue;
      }
      String host =
          parts[3].contains(".") ? parts[3].substring(0, parts[3].indexOf('.')) : parts[3];
      rows.put(
          cluster,
          new Row(
              instance.name(),
              host,
              parts[2],
              requests,
              good,
              reading.quantile(cluster + ".upstream_rq_time", 50),
              reading.quantile(cluster + ".upstream_rq_time", 99),
              reading.number(cluster + ".ssl.handshake") > 0));
    }
    return List.copyOf(rows.values());
  }

  private long delta(Instance instance, SidecarStats.Reading reading, String stat) {
    long value = reading.number(stat);
    Long last = before.put(instance.name() + " " + stat, value);
    return last == null || last > value ? value : value - last;
  }
}
