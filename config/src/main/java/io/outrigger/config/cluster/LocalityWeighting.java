package io.outrigger.config.cluster;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.envoyproxy.envoy.extensions.load_balancing_policies.random.v3.Random;
import io.envoyproxy.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;

/** Finds locality_weighted_lb_config in a load balancing policy. */
final class LocalityWeighting {
  private LocalityWeighting() {}

  static boolean isAskedForBy(LoadBalancingPolicy proto) {
    for (LoadBalancingPolicy.Policy policy : proto.getPoliciesList()) {
      if (isAskedForBy(policy.getTypedExtensionConfig().getTypedConfig())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAskedForBy(Any any) {
    String type = any.getTypeUrl().substring(any.getTypeUrl().lastIndexOf('.') + 1);
    try {
      return switch (type) {
        case "RoundRobin" ->
            RoundRobin.parseFrom(any.getValue())
                .getLocalityLbConfig()
                .hasLocalityWeightedLbConfig();
        case "LeastRequest" ->
            LeastRequest.parseFrom(any.getValue())
                .getLocalityLbConfig()
                .hasLocalityWeightedLbConfig();
        case "Random" ->
            Random.parseFrom(any.getValue()).getLocalityLbConfig().hasLocalityWeightedLbConfig();
        case "RingHash" -> RingHash.parseFrom(any.getValue()).hasLocalityWeightedLbConfig();
        case "Maglev" -> Maglev.parseFrom(any.getValue()).hasLocalityWeightedLbConfig();
        default -> false;
      };
    } catch (InvalidProtocolBufferException _) {
      // The policy's own compiler has told of it.
      return false;
    }
  }
}
