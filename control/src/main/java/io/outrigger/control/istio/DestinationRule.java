package io.outrigger.control.istio;

import io.outrigger.control.resource.Spec;
import java.util.List;
import java.util.Map;

/** The subsets of a host, and how traffic to it is handled. */
public record DestinationRule(
    String host,
    TrafficPolicy trafficPolicy,
    List<Subset> subsets,
    List<String> exportTo,
    Map<String, String> workloadSelector)
    implements Spec {

  /** The endpoints of a host that carry these labels, with settings of their own. */
  public record Subset(String name, Map<String, String> labels, TrafficPolicy trafficPolicy) {}
}
