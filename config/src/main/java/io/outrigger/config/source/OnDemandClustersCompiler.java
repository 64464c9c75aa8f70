package io.outrigger.config.source;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemandCds;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import org.jspecify.annotations.Nullable;

/** Compiles where clusters are asked for on demand. */
public final class OnDemandClustersCompiler {
  private static final long HTTP_MILLIS = 5_000;
  private static final long TCP_MILLIS = 60_000;

  private OnDemandClustersCompiler() {}

  /** Of the filter on_demand, or a route's configuration of it. */
  public static OnDemandClusters compile(OnDemandCds proto, Problems problems) {
    return compile(
        proto.hasSource() ? proto.getSource() : null,
        proto.getResourcesLocator(),
        proto.hasTimeout() ? proto.getTimeout() : null,
        HTTP_MILLIS,
        problems,
        problems.at("source"));
  }

  /** Of tcp_proxy; null: it has none. */
  public static @Nullable OnDemandClusters compile(TcpProxy.OnDemand proto, Problems problems) {
    return proto.hasOdcdsConfig()
        ? compile(
            proto.getOdcdsConfig(),
            proto.getResourcesLocator(),
            proto.hasTimeout() ? proto.getTimeout() : null,
            TCP_MILLIS,
            problems,
            problems.at("odcds_config"))
        : null;
  }

  private static OnDemandClusters compile(
      io.envoyproxy.envoy.config.core.v3.@Nullable ConfigSource proto,
      String locator,
      @Nullable Duration timeout,
      long defaultMillis,
      Problems problems,
      Problems ofSource) {
    if (!locator.isEmpty()) {
      problems.unsupported("resources_locator");
    }
    long millis = timeout == null ? defaultMillis : Millis.of(timeout, problems.at("timeout"));
    if (proto == null) {
      ofSource.error("is required");
      return new OnDemandClusters(ConfigSource.aggregated(), millis);
    }
    ConfigSource source = ConfigSourceCompiler.compile(proto, ofSource);
    boolean incremental =
        source instanceof ConfigSource.Ads
            || (source instanceof ConfigSource.Grpc grpc && grpc.delta());
    if (!incremental) {
      ofSource.error(
          "can't be asked for one cluster; ads and an api_config_source of DELTA_GRPC can");
    }
    return new OnDemandClusters(source, millis);
  }
}
