package io.outrigger.proxy.filter;

import io.outrigger.config.filter.GrpcStatsConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.stats.StatStore;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.grpc_stats: counts gRPC calls of each cluster by how they ended. */
final class GrpcStatsFilter implements HttpFilter {
  private final Factory factory;

  private GrpcStatsFilter(Factory factory) {
    this.factory = factory;
  }

  @Override
  public void onDone(Exchange exchange) {
    String cluster = exchange.upstreamCluster();
    if (cluster == null) {
      return;
    }
    String status = status(exchange.responseTrailers());
    if (status == null) {
      status = status(exchange.responseHeaders());
    }
    String prefix = "cluster." + cluster + ".grpc." + method(exchange.requestHeaders());
    int cell = exchange.worker().index();
    if (status != null) {
      factory.store.counter(prefix + status).inc(cell);
    }
    factory.store.counter(prefix + ("0".equals(status) ? "success" : "failure")).inc(cell);
    factory.store.counter(prefix + "total").inc(cell);
  }

  private static @Nullable String status(@Nullable Headers headers) {
    return headers == null ? null : headers.value(HeaderName.GRPC_STATUS);
  }

  /** {@code package.Service.Method.}, for methods that have statistics of their own. */
  private String method(@Nullable Headers request) {
    String path = request == null ? null : request.value(HeaderName.PATH);
    if (path == null || !path.startsWith("/")) {
      return "";
    }
    String method = path.substring(1).replace('/', '.');
    return factory.config.allMethods() || factory.config.methods().contains(path.substring(1))
        ? method + "."
        : "";
  }

  /** {@code cluster.C.PROTOCOL.package.Service.Method.}; null where the path isn't a method's. */
  static @Nullable String methodPrefix(String cluster, String protocol, String path) {
    int query = path.indexOf('?');
    String method = query < 0 ? path : path.substring(0, query);
    int slash = method.lastIndexOf('/');
    return slash > 1 && method.indexOf('/', 1) == slash && slash < method.length() - 1
        ? "cluster." + cluster + "." + protocol + method.replace('/', '.') + "."
        : null;
  }

  /** One a worker and chain. */
  record Factory(GrpcStatsConfig config, StatStore store) implements HttpFilter.Factory {
    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      return exchange.isGrpc() ? new GrpcStatsFilter(this) : null;
    }
  }
}
