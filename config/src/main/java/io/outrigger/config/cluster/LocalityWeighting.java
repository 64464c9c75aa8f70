package io.outrigger.config.cluster;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig.LocalityWeightedLbConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.envoyproxy.envoy.extensions.load_balancing_policies.random.v3.Random;
import io.envoyproxy.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.subset.v3.Subset;
import io.outrigger.api.peakewma.PeakEwma;

/** Finds how a load balancing policy treats localities. */
final class LocalityWeighting {
  private LocalityWeighting() {}

  /** The locality_lb_config of the first policy that has one; the empty one if none has. */
  static LocalityLbConfig of(LoadBalancingPolicy proto) {
    for (LoadBalancingPolicy.Policy policy : proto.getPoliciesList()) {
      LocalityLbConfig found = of(policy.getTypedExtensionConfig().getTypedConfig());
      if (!found.equals(LocalityLbConfig.getDefaultInstance())) {
        return found;
      }
    }
    return LocalityLbConfig.getDefaultInstance();
  }

  private static LocalityLbConfig of(Any any) {
    String type = any.getTypeUrl().substring(any.getTypeUrl().lastIndexOf('.') + 1);
    try {
      return switch (type) {
        case "RoundRobin" -> RoundRobin.parseFrom(any.getValue()).getLocalityLbConfig();
        case "LeastRequest" -> LeastRequest.parseFrom(any.getValue()).getLocalityLbConfig();
        case "Random" -> Random.parseFrom(any.getValue()).getLocalityLbConfig();
        case "RingHash" ->
            weighted(RingHash.parseFrom(any.getValue()).hasLocalityWeightedLbConfig());
        case "PeakEwma" -> PeakEwma.parseFrom(any.getValue()).getLocalityLbConfig();
        case "Subset" -> of(Subset.parseFrom(any.getValue()).getSubsetLbPolicy());
        case "WrrLocality" -> weighted(true);
        case "Maglev" -> weighted(Maglev.parseFrom(any.getValue()).hasLocalityWeightedLbConfig());
        default -> LocalityLbConfig.getDefaultInstance();
      };
    } catch (InvalidProtocolBufferException _) {
      // The policy's own compiler has told of it.
      return LocalityLbConfig.getDefaultInstance();
    }
  }

  private static LocalityLbConfig weighted(boolean is) {
    return is
        ? LocalityLbConfig.newBuilder()
            .setLocalityWeightedLbConfig(LocalityWeightedLbConfig.getDefaultInstance())
            .build()
        : LocalityLbConfig.getDefaultInstance();
  }
}
