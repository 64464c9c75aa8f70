package io.outrigger.control.istio;

import java.util.List;
import java.util.Map;

/**
 * How traffic heeds where callers and endpoints are: LocalityLoadBalancerSetting of
 * networking.istio.io. Where there are distributions there is no failover.
 *
 * @param enabled false: locality is of no matter
 * @param failoverPriority labels, {@code KEY} or {@code KEY=VALUE}: the more of the first of them
 *     an endpoint has as the caller has them, the sooner it is used
 */
public record LocalityBalancing(
    boolean enabled,
    List<Distribution> distribute,
    List<Failover> failover,
    List<String> failoverPriority) {
  /** Istio's default: nearer endpoints first, where outlier detection says who is well. */
  public static final LocalityBalancing DEFAULT =
      new LocalityBalancing(true, List.of(), List.of(), List.of());

  /** Percentages of the callers from one locality, {@code REGION/ZONE/*}, by locality. */
  public record Distribution(String from, Map<String, Integer> to) {}

  /** The region that is next for callers from a region. */
  public record Failover(String from, String to) {}
}
