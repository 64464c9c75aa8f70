package io.outrigger.proxy.cluster;

import java.util.Map;

/** The clusters in force at one moment. Immutable. */
record ActiveClusters(long generation, Map<String, Cluster> byName) {
  static final ActiveClusters NONE = new ActiveClusters(0, Map.of());
}
