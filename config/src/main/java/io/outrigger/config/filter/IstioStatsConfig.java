package io.outrigger.config.filter;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Istio's statistics filter, {@code stats.PluginConfig}, for HTTP and for TCP.
 *
 * @param gateway reports for a gateway, whatever the listener's direction
 * @param hostFallback a service that the control plane doesn't name is called by the host header
 * @param reportMillis how often what is still open is counted; 0: only at the end
 */
public record IstioStatsConfig(
    boolean gateway, boolean hostFallback, long reportMillis, List<Override> overrides)
    implements FilterConfig {
  public IstioStatsConfig {
    overrides = List.copyOf(overrides);
  }

  /**
   * A change to metrics.
   *
   * @param metric without its prefix {@code istio_}; empty: all
   * @param drop the metric is not kept at all
   * @param removed labels that go
   * @param fixed labels that get this value
   */
  public record Override(
      String metric, boolean drop, Set<String> removed, Map<String, String> fixed) {
    public Override {
      removed = Set.copyOf(removed);
      fixed = Map.copyOf(fixed);
    }

    /** Whether it is for this metric, named without its prefix. */
    public boolean isFor(String name) {
      return metric.isEmpty() || metric.equals(name);
    }
  }
}
