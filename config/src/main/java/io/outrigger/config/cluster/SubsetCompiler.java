package io.outrigger.config.cluster;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbSubsetConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetMetadataFallbackPolicy;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetSelector;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.outrigger.config.cluster.SubsetConfig.Fallback;
import io.outrigger.config.cluster.SubsetConfig.Selector;
import io.outrigger.config.compile.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles LbSubsetConfig messages. */
final class SubsetCompiler {
  private SubsetCompiler() {}

  /** Of a subset policy, else of lb_subset_config; null: hosts aren't parted. */
  static @Nullable SubsetConfig compile(Cluster cluster, Problems problems) {
    LbSubsetConfig proto = cluster.getLbSubsetConfig();
    Problems here = problems.at("lb_subset_config");
    if (cluster.hasLoadBalancingPolicy()) {
      proto = ofPolicy(cluster.getLoadBalancingPolicy());
      here = problems.at("load_balancing_policy");
    }
    return proto.getSubsetSelectorsCount() > 0 ? compile(proto, here) : null;
  }

  /** The policy's message has the fields of LbSubsetConfig, by the same numbers. */
  private static LbSubsetConfig ofPolicy(LoadBalancingPolicy proto) {
    for (LoadBalancingPolicy.Policy policy : proto.getPoliciesList()) {
      Any any = policy.getTypedExtensionConfig().getTypedConfig();
      if (any.getTypeUrl().endsWith(".subset.v3.Subset")) {
        try {
          return LbSubsetConfig.parseFrom(any.getValue());
        } catch (InvalidProtocolBufferException _) {
          return LbSubsetConfig.getDefaultInstance(); // the policy's compiler has told of it
        }
      }
    }
    return LbSubsetConfig.getDefaultInstance();
  }

  private static SubsetConfig compile(LbSubsetConfig proto, Problems problems) {
    if (proto.getMetadataFallbackPolicy() != LbSubsetMetadataFallbackPolicy.METADATA_NO_FALLBACK) {
      problems.unsupported("metadata_fallback_policy");
    }
    List<Selector> selectors = new ArrayList<>(proto.getSubsetSelectorsCount());
    for (int i = 0; i < proto.getSubsetSelectorsCount(); i++) {
      selectors.add(selector(proto.getSubsetSelectors(i), problems.at("subset_selectors", i)));
    }
    if (proto.getLocalityWeightAware()) {
      problems.ignored("locality_weight_aware");
    }
    if (proto.getScaleLocalityWeight()) {
      problems.ignored("scale_locality_weight");
    }
    return new SubsetConfig(
        switch (proto.getFallbackPolicy()) {
          case ANY_ENDPOINT -> Fallback.ANY_ENDPOINT;
          case DEFAULT_SUBSET -> Fallback.DEFAULT_SUBSET;
          case NO_FALLBACK, UNRECOGNIZED -> Fallback.NO_FALLBACK;
        },
        proto.getDefaultSubset(),
        selectors,
        proto.getLocalityWeightAware(),
        proto.getScaleLocalityWeight(),
        proto.getPanicModeAny(),
        proto.getListAsAny());
  }

  private static Selector selector(LbSubsetSelector proto, Problems problems) {
    Fallback fallback =
        switch (proto.getFallbackPolicy()) {
          case NO_FALLBACK -> Fallback.NO_FALLBACK;
          case ANY_ENDPOINT -> Fallback.ANY_ENDPOINT;
          case DEFAULT_SUBSET -> Fallback.DEFAULT_SUBSET;
          case KEYS_SUBSET -> Fallback.KEYS_SUBSET;
          case NOT_DEFINED, UNRECOGNIZED -> Fallback.NOT_DEFINED;
        };
    if (fallback == Fallback.KEYS_SUBSET) {
      List<String> keys = proto.getFallbackKeysSubsetList();
      if (keys.isEmpty()
          || keys.size() >= proto.getKeysCount()
          || !new HashSet<>(proto.getKeysList()).containsAll(keys)) {
        problems.error(
            "fallback_keys_subset",
            "must be some but not all of the selector's keys " + proto.getKeysList());
      }
    }
    if (proto.getSingleHostPerSubset()) {
      problems.ignored("single_host_per_subset");
    }
    return new Selector(
        proto.getKeysList(),
        fallback,
        proto.getFallbackKeysSubsetList(),
        proto.getSingleHostPerSubset());
  }
}
