package io.outrigger.config.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbSubsetConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetMetadataFallbackPolicy;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetSelector;
import io.outrigger.config.cluster.SubsetConfig.Fallback;
import io.outrigger.config.cluster.SubsetConfig.Selector;
import io.outrigger.config.compile.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Compiles LbSubsetConfig messages. */
final class SubsetCompiler {
  private SubsetCompiler() {}

  static SubsetConfig compile(LbSubsetConfig proto, Problems problems) {
    if (proto.getMetadataFallbackPolicy() != LbSubsetMetadataFallbackPolicy.METADATA_NO_FALLBACK) {
      problems.unsupported("metadata_fallback_policy");
    }
    List<Selector> selectors = new ArrayList<>(proto.getSubsetSelectorsCount());
    for (int i = 0; i < proto.getSubsetSelectorsCount(); i++) {
      selectors.add(selector(proto.getSubsetSelectors(i), problems.at("subset_selectors", i)));
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
    return new Selector(
        proto.getKeysList(),
        fallback,
        proto.getFallbackKeysSubsetList(),
        proto.getSingleHostPerSubset());
  }
}
