package io.outrigger.control.world;

import io.outrigger.control.istio.DestinationRule;
import io.outrigger.control.istio.TrafficPolicy;
import io.outrigger.control.resource.ResourceId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all DestinationRules for one host in one namespace say together. */
public record MergedDestinationRule(
    TrafficPolicy trafficPolicy, List<DestinationRule.Subset> subsets, List<ResourceId> sources) {
  public static final MergedDestinationRule NONE =
      new MergedDestinationRule(TrafficPolicy.NONE, List.of(), List.of());

  /** The subset of that name, or null. */
  public DestinationRule.@Nullable Subset subset(String name) {
    for (DestinationRule.Subset subset : subsets) {
      if (subset.name().equals(name)) {
        return subset;
      }
    }
    return null;
  }
}
