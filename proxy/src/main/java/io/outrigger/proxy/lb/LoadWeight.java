package io.outrigger.proxy.lb;

import com.github.xds.data.orca.v3.OrcaLoadReport;
import io.outrigger.config.cluster.LbPolicy.ClientSideWeighted;
import io.outrigger.proxy.cluster.Host;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A host's weight by its report: how many requests a second it serves at full use of it. */
public final class LoadWeight {
  /** The largest weight of an endpoint. */
  private static final double MOST = (1L << 32) - 1;

  private LoadWeight() {}

  /** Takes over what a host reports. */
  public static void take(OrcaLoadReport report, Host host, ClientSideWeighted policy, long now) {
    long weight = of(report, policy);
    if (weight > 0) {
      host.weighed().report(weight, now);
    }
  }

  /** The weight; 0: the report doesn't say enough. */
  static long of(OrcaLoadReport report, ClientSideWeighted policy) {
    double rate = report.getRpsFractional();
    double use = utilization(report, policy.utilizationMetrics());
    if (rate > 0 && policy.errorPenalty() > 0 && report.getEps() > 0) {
      use += report.getEps() / rate * policy.errorPenalty();
    }
    if (!(rate > 0) || !(use > 0)) {
      return 0;
    }
    return (long) Math.max(1, Math.min(MOST, rate / use));
  }

  private static double utilization(OrcaLoadReport report, List<String> metrics) {
    if (report.getApplicationUtilization() > 0) {
      return report.getApplicationUtilization();
    }
    double most = 0;
    for (String metric : metrics) {
      most = Math.max(most, value(report, metric));
    }
    return most > 0 ? most : report.getCpuUtilization();
  }

  private static double value(OrcaLoadReport report, String metric) {
    int dot = metric.indexOf('.');
    if (dot < 0) {
      return switch (metric) {
        case "cpu_utilization" -> report.getCpuUtilization();
        case "mem_utilization" -> report.getMemUtilization();
        case "application_utilization" -> report.getApplicationUtilization();
        default -> 0;
      };
    }
    Map<String, Double> values =
        switch (metric.substring(0, dot)) {
          case "named_metrics" -> report.getNamedMetricsMap();
          case "request_cost" -> report.getRequestCostMap();
          case "utilization" -> report.getUtilizationMap();
          default -> Map.of();
        };
    String key = metric.substring(dot + 1);
    if (key.equals("*")) {
      return values.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }
    @Nullable Double value = values.get(key);
    return value == null ? 0 : value;
  }
}
