package io.outrigger.config.overload;

import java.util.List;

/** The overload manager as compiled. */
public record OverloadConfig(
    long refreshMillis,
    List<ResourceMonitor> monitors,
    List<OverloadAction> actions,
    List<LoadShedPoint> points) {
  public OverloadConfig {
    monitors = List.copyOf(monitors);
    actions = List.copyOf(actions);
    points = List.copyOf(points);
  }

  /** How many connections all listeners together may have; 0 for no limit. */
  public long maxConnections() {
    for (ResourceMonitor monitor : monitors) {
      if (monitor instanceof ResourceMonitor.DownstreamConnections connections) {
        return connections.max();
      }
    }
    return 0;
  }
}
