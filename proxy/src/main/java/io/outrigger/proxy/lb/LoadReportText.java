package io.outrigger.proxy.lb;

import com.github.xds.data.orca.v3.OrcaLoadReport;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A load report as text: {@code cpu_utilization=0.3,named_metrics.queue=4}, or with colons. */
final class LoadReportText {
  private LoadReportText() {}

  /** The report; null if any of it is wrong: an unknown or repeated name, or not a number. */
  static @Nullable OrcaLoadReport parse(String text) {
    OrcaLoadReport.Builder report = OrcaLoadReport.newBuilder();
    Set<String> seen = new HashSet<>();
    for (String entry : text.split(",", -1)) {
      String metric = entry.strip();
      if (metric.isEmpty()) {
        continue;
      }
      int separator = separator(metric);
      if (separator <= 0) {
        return null;
      }
      String name = metric.substring(0, separator);
      double value;
      try {
        value = Double.parseDouble(metric.substring(separator + 1));
      } catch (NumberFormatException e) {
        return null;
      }
      if (!seen.add(name) || !Double.isFinite(value) || !put(report, name, value)) {
        return null;
      }
    }
    return report.build();
  }

  private static int separator(String metric) {
    for (int i = 0; i < metric.length(); i++) {
      if (metric.charAt(i) == '=' || metric.charAt(i) == ':') {
        return i;
      }
    }
    return -1;
  }

  private static boolean put(OrcaLoadReport.Builder report, String name, double value) {
    int dot = name.indexOf('.');
    String key = name.substring(dot + 1);
    if (dot > 0) {
      switch (name.substring(0, dot)) {
        case "named_metrics" -> report.putNamedMetrics(key, value);
        case "request_cost" -> report.putRequestCost(key, value);
        case "utilization" -> report.putUtilization(key, value);
        default -> {
          return false;
        }
      }
      return !key.isEmpty();
    }
    if (value < 0) {
      return false;
    }
    switch (name) {
      case "cpu_utilization" -> report.setCpuUtilization(value);
      case "mem_utilization" -> report.setMemUtilization(value);
      case "application_utilization" -> report.setApplicationUtilization(value);
      case "rps_fractional" -> report.setRpsFractional(value);
      case "eps" -> report.setEps(value);
      default -> {
        return false;
      }
    }
    return true;
  }
}
