package io.outrigger.config.cluster;

import com.google.protobuf.Struct;
import java.util.List;

/** LbSubsetConfig: hosts are divided by their metadata under envoy.lb. */
public record SubsetConfig(
    Fallback fallback,
    Struct defaultSubset,
    List<Selector> selectors,
    boolean localityWeightAware,
    boolean scaleLocalityWeight,
    boolean panicModeAny,
    boolean listAsAny) {
  public SubsetConfig {
    selectors = List.copyOf(selectors);
  }

  /** Keys by which hosts are divided. */
  public record Selector(
      List<String> keys,
      Fallback fallback,
      List<String> fallbackKeys,
      boolean singleHostPerSubset) {
    public Selector {
      keys = List.copyOf(keys);
      fallbackKeys = List.copyOf(fallbackKeys);
    }
  }

  /** What is used if no host has the metadata asked for. */
  public enum Fallback {
    /** Only in selectors: the cluster's. */
    NOT_DEFINED,
    NO_FALLBACK,
    ANY_ENDPOINT,
    DEFAULT_SUBSET,
    KEYS_SUBSET
  }
}
