package io.outrigger.proxy.filter;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.filter.GrpcStatsConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.LocalReplies;
import io.outrigger.proxy.istio.GrpcMessages;
import io.outrigger.proxy.router.UpstreamStatus;
import io.outrigger.proxy.stats.StatStore;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.grpc_stats: counts gRPC calls of each cluster, and their messages. */
final class GrpcStatsFilter implements HttpFilter {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Factory factory;
  private final String method;
  private final GrpcMessages requests = new GrpcMessages();
  private final GrpcMessages responses = new GrpcMessages();
  private long requestsCounted;
  private long responsesCounted;
  private boolean grpcResponse;
  private boolean ended;

  private GrpcStatsFilter(Factory factory, String method) {
    this.factory = factory;
    this.method = method;
  }

  @Override
  public boolean touchesBodies() {
    return true;
  }

  @Override
  public ByteBuf onRequestData(Exchange exchange, ByteBuf data, boolean endStream) {
    requests.see(data);
    return data;
  }

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    grpcResponse = !endStream && UpstreamStatus.of(headers) == 200 && LocalReplies.isGrpc(headers);
    count(exchange, headers);
    ended = endStream;
  }

  @Override
  public ByteBuf onResponseData(Exchange exchange, ByteBuf data, boolean endStream) {
    if (grpcResponse) {
      responses.see(data);
    }
    countMessages(exchange);
    return data;
  }

  @Override
  public boolean passesResponseTrailers(Exchange exchange, Headers trailers) {
    count(exchange, trailers);
    ended = true;
    return true;
  }

  @Override
  public void onDone(Exchange exchange) {
    countMessages(exchange);
    String cluster = exchange.upstreamCluster();
    if (ended
        && factory.config.enableUpstreamStats()
        && cluster != null
        && exchange.upstreamLastSentNanos() != 0
        && exchange.upstreamLastReceivedNanos() != 0) {
      long nanos = exchange.upstreamLastReceivedNanos() - exchange.upstreamLastSentNanos();
      factory
          .store
          .histogram(prefix(cluster) + "upstream_rq_time")
          .record(exchange.worker().index(), nanos / NANOS_PER_MILLI);
    }
  }

  private String prefix(String cluster) {
    return "cluster." + cluster + ".grpc." + method;
  }

  private void count(Exchange exchange, Headers headers) {
    String status = headers.value(HeaderName.GRPC_STATUS);
    String cluster = exchange.upstreamCluster();
    if (status == null || cluster == null) {
      return;
    }
    String prefix = prefix(cluster);
    int cell = exchange.worker().index();
    factory.store.counter(prefix + status).inc(cell);
    factory.store.counter(prefix + ("0".equals(status) ? "success" : "failure")).inc(cell);
    factory.store.counter(prefix + "total").inc(cell);
  }

  /** Counts what has passed since it was last counted, once the cluster is known. */
  private void countMessages(Exchange exchange) {
    String cluster = exchange.upstreamCluster();
    if (cluster == null) {
      return;
    }
    int cell = exchange.worker().index();
    if (requests.count() > requestsCounted) {
      factory
          .store
          .counter(prefix(cluster) + "request_message_count")
          .add(cell, requests.count() - requestsCounted);
      requestsCounted = requests.count();
    }
    if (responses.count() > responsesCounted) {
      factory
          .store
          .counter(prefix(cluster) + "response_message_count")
          .add(cell, responses.count() - responsesCounted);
      responsesCounted = responses.count();
    }
  }

  /** {@code cluster.C.PROTOCOL.package.Service.Method.}; null where the path isn't a method's. */
  static @Nullable String methodPrefix(String cluster, String protocol, String path) {
    String method = methodOf(path);
    return method == null
        ? null
        : "cluster." + cluster + "." + protocol + "." + method.replace('/', '.') + ".";
  }

  /** {@code package.Service/Method}, or null. */
  private static @Nullable String methodOf(String path) {
    int query = path.indexOf('?');
    String method = query < 0 ? path : path.substring(0, query);
    int slash = method.lastIndexOf('/');
    return slash > 1 && method.indexOf('/', 1) == slash && slash < method.length() - 1
        ? method.substring(1)
        : null;
  }

  /** One a worker and chain. */
  record Factory(GrpcStatsConfig config, StatStore store) implements HttpFilter.Factory {
    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      String method = exchange.isGrpc() ? method(exchange.request()) : null;
      return method == null ? null : new GrpcStatsFilter(this, method);
    }

    /** {@code package.Service.Method.}, empty for methods without statistics of their own. */
    private @Nullable String method(Headers request) {
      String path = request.value(HeaderName.PATH);
      String name = path == null ? null : methodOf(path);
      if (name == null) {
        return null;
      }
      if (!config.allMethods() && !config.methods().contains(name)) {
        return "";
      }
      int slash = name.indexOf('/');
      String service = name.substring(0, slash);
      return (config.replaceDots() && config.allMethods() ? service.replace('.', '_') : service)
          + "."
          + name.substring(slash + 1)
          + ".";
    }
  }
}
