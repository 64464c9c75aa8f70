package io.outrigger.proxy.lb;

import com.github.xds.data.orca.v3.OrcaLoadReport;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a host reported of its load (ORCA) since load reports last told of it, by the names of
 * {@code lrs_report_endpoint_metrics}. Workers add, the configuration loop takes.
 */
public final class LoadMetrics {
  private static final List<String> MAPS =
      List.of("named_metrics.", "utilization.", "request_cost.");

  /** A metric: the number of requests whose answers had it, and the sum of its values. */
  public record Sum(long requests, double total) {
    public Sum plus(Sum other) {
      return new Sum(requests + other.requests, total + other.total);
    }
  }

  private Map<String, Sum> sums = new TreeMap<>();

  /** Adds what the report has of these; {@code MAP.*} is all that a map of it has. */
  public synchronized void add(List<String> names, OrcaLoadReport report) {
    for (String name : names) {
      switch (name) {
        case "cpu_utilization" -> add(name, report.getCpuUtilization());
        case "mem_utilization" -> add(name, report.getMemUtilization());
        case "application_utilization" -> add(name, report.getApplicationUtilization());
        case "eps" -> add(name, report.getEps());
        case "rps_fractional" -> add(name, report.getRpsFractional());
        default -> addOfMap(name, report);
      }
    }
  }

  private void addOfMap(String name, OrcaLoadReport report) {
    for (String map : MAPS) {
      if (!name.startsWith(map)) {
        continue;
      }
      Map<String, Double> values =
          switch (map) {
            case "named_metrics." -> report.getNamedMetricsMap();
            case "utilization." -> report.getUtilizationMap();
            default -> report.getRequestCostMap();
          };
      String key = name.substring(map.length());
      if (key.equals("*")) {
        values.forEach((each, value) -> add(map + each, value));
      } else if (values.containsKey(key)) {
        add(name, values.get(key));
      }
    }
  }

  private void add(String name, double value) {
    sums.merge(name, new Sum(1, value), Sum::plus);
  }

  /** What was added since the last call, by name. */
  public synchronized Map<String, Sum> take() {
    Map<String, Sum> taken = sums;
    if (!taken.isEmpty()) {
      sums = new TreeMap<>();
    }
    return taken;
  }
}
