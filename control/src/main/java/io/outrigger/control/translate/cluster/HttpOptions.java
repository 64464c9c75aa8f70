package io.outrigger.control.translate.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.outrigger.control.istio.TrafficPolicy.ConnectionPool;
import io.outrigger.control.resource.Protocol;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.ClusterModel;
import org.jspecify.annotations.Nullable;

/** Which HTTP is spoken to a cluster, and how long its connections last. */
final class HttpOptions {
  private static final String KEY = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

  private HttpOptions() {}

  /** Whether requests to this cluster go as HTTP/2 whatever the caller spoke. */
  static boolean http2(ClusterModel.Outbound model) {
    ConnectionPool pool = model.policy().connectionPool();
    if (model.protocol().http2()) {
      return true;
    }
    if (pool != null) {
      switch (pool.h2UpgradePolicy()) {
        case UPGRADE -> {
          return true;
        }
        case DO_NOT_UPGRADE -> {
          return false;
        }
        case DEFAULT -> {}
      }
    }
    return model.h2Upgrade() && model.protocol().http();
  }

  static void apply(Cluster.Builder out, ClusterModel.Outbound model) {
    ConnectionPool pool = model.policy().connectionPool();
    HttpProtocolOptions.Builder options = HttpProtocolOptions.newBuilder();
    boolean asCaller = pool != null && pool.useClientProtocol();
    if (asCaller || (model.protocol().sniffed() && !http2(model))) {
      useDownstream(options);
    } else if (http2(model)) {
      Http2ProtocolOptions.Builder http2 = Http2ProtocolOptions.newBuilder();
      if (pool != null && pool.maxConcurrentStreams() != null) {
        http2.setMaxConcurrentStreams(Values.number(pool.maxConcurrentStreams()));
      }
      options.setExplicitHttpConfig(
          HttpProtocolOptions.ExplicitHttpConfig.newBuilder().setHttp2ProtocolOptions(http2));
    } else if (model.protocol().http()) {
      http1(options);
    } else if (common(pool) == null) {
      return;
    } else {
      http1(options);
    }
    io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions common = common(pool);
    if (common != null) {
      options.setCommonHttpProtocolOptions(common);
    }
    put(out, options);
  }

  static void inbound(Cluster.Builder out, Protocol protocol) {
    HttpProtocolOptions.Builder options = HttpProtocolOptions.newBuilder();
    if (protocol.http2()) {
      options.setExplicitHttpConfig(
          HttpProtocolOptions.ExplicitHttpConfig.newBuilder()
              .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance()));
    } else if (protocol.http()) {
      http1(options);
    } else if (protocol.sniffed()) {
      useDownstream(options);
    } else {
      return;
    }
    put(out, options);
  }

  static void downstreamProtocol(Cluster.Builder out) {
    HttpProtocolOptions.Builder options = HttpProtocolOptions.newBuilder();
    useDownstream(options);
    put(out, options);
  }

  private static void http1(HttpProtocolOptions.Builder options) {
    options.setExplicitHttpConfig(
        HttpProtocolOptions.ExplicitHttpConfig.newBuilder()
            .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance()));
  }

  private static void useDownstream(HttpProtocolOptions.Builder options) {
    options.setUseDownstreamProtocolConfig(
        HttpProtocolOptions.UseDownstreamHttpConfig.newBuilder()
            .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())
            .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance()));
  }

  private static io.envoyproxy.envoy.config.core.v3.@Nullable HttpProtocolOptions common(
      @Nullable ConnectionPool pool) {
    if (pool == null) {
      return null;
    }
    var common = io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions.newBuilder();
    boolean any = false;
    java.time.Duration idle =
        pool.httpIdleTimeout() != null ? pool.httpIdleTimeout() : pool.tcpIdleTimeout();
    if (idle != null) {
      common.setIdleTimeout(Values.duration(idle));
      any = true;
    }
    if (pool.maxRequestsPerConnection() != null && pool.maxRequestsPerConnection() > 0) {
      common.setMaxRequestsPerConnection(Values.number(pool.maxRequestsPerConnection()));
      any = true;
    }
    if (pool.maxConnectionDuration() != null) {
      common.setMaxConnectionDuration(Values.duration(pool.maxConnectionDuration()));
      any = true;
    }
    return any ? common.build() : null;
  }

  private static void put(Cluster.Builder out, HttpProtocolOptions.Builder options) {
    out.putTypedExtensionProtocolOptions(
        KEY, Values.any("extensions.upstreams.http.v3.HttpProtocolOptions", options.build()));
  }
}
