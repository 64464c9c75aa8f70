package io.outrigger.proxy.istio;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.cluster.ClusterConfig;
import org.jspecify.annotations.Nullable;

/**
 * The service that requests to a cluster are for.
 *
 * @param host its full name; null: what the request's host header says
 * @param name its short name; null: as {@code host}
 */
record ServiceName(@Nullable String host, @Nullable String name) {
  static final ServiceName UNKNOWN = new ServiceName(null, null);
  static final ServiceName BLACK_HOLE = new ServiceName(null, "BlackHoleCluster");
  static final ServiceName PASSTHROUGH = new ServiceName(null, "PassthroughCluster");

  /** What the control plane wrote into the cluster's metadata: Istio's {@code services}. */
  static ServiceName of(ClusterConfig cluster) {
    String name = cluster.name();
    if (name.equals("BlackHoleCluster")
        || name.equals("PassthroughCluster")
        || name.startsWith("InboundPassthroughCluster")) {
      return new ServiceName(null, name);
    }
    Value services = cluster.metadata().value("istio", "services");
    if (services == null || services.getListValue().getValuesCount() == 0) {
      return UNKNOWN;
    }
    Struct first = services.getListValue().getValues(0).getStructValue();
    Value host = first.getFieldsMap().get("host");
    Value shortName = first.getFieldsMap().get("name");
    if (host == null) {
      return UNKNOWN;
    }
    String full = host.getStringValue();
    int dot = full.indexOf('.');
    return new ServiceName(
        full,
        shortName != null ? shortName.getStringValue() : dot < 0 ? full : full.substring(0, dot));
  }
}
