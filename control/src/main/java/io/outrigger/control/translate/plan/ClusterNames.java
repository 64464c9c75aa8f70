package io.outrigger.control.translate.plan;

import org.jspecify.annotations.Nullable;

/** Istio's names of clusters. */
public final class ClusterNames {
  public static final String PASSTHROUGH = "PassthroughCluster";
  public static final String BLACK_HOLE = "BlackHoleCluster";
  public static final String INBOUND_PASSTHROUGH = "InboundPassthroughCluster";

  /** No cluster: what a destination that can't be leads to. */
  static final String NOWHERE = "Nowhere";

  private ClusterNames() {}

  /** {@code outbound|PORT|SUBSET|HOST}. */
  public static String outbound(int port, @Nullable String subset, String host) {
    return "outbound|" + port + "|" + (subset == null ? "" : subset) + "|" + host;
  }

  /** {@code outbound_.PORT_.SUBSET_.HOST}, which a server name may be. */
  public static String sni(int port, @Nullable String subset, String host) {
    return "outbound_." + port + "_." + (subset == null ? "" : subset) + "_." + host;
  }

  /** {@code inbound|PORT||}. */
  public static String inbound(int port) {
    return "inbound|" + port + "||";
  }
}
