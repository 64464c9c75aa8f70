package io.outrigger.e2e.loadreport;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.EndpointLoadMetricStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamEndpointStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.lite.ProtoLiteUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A load reporting server: sums what it is told, so that it doesn't matter which report tells. */
final class LoadServer implements AutoCloseable {
  private final Server server;
  private final List<LoadStatsRequest> firsts = new ArrayList<>();
  private final Map<String, Double> sums = new TreeMap<>();
  private final Map<String, Double> last = new TreeMap<>();
  private final Map<String, Integer> reports = new TreeMap<>();
  private @Nullable StreamObserver<LoadStatsResponse> stream;

  LoadServer() throws IOException {
    MethodDescriptor<LoadStatsRequest, LoadStatsResponse> method =
        MethodDescriptor.newBuilder(
                ProtoLiteUtils.marshaller(LoadStatsRequest.getDefaultInstance()),
                ProtoLiteUtils.marshaller(LoadStatsResponse.getDefaultInstance()))
            .setFullMethodName("envoy.service.load_stats.v3.LoadReportingService/StreamLoadStats")
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .build();
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(
                ServerServiceDefinition.builder("envoy.service.load_stats.v3.LoadReportingService")
                    .addMethod(method, ServerCalls.asyncBidiStreamingCall(this::opened))
                    .build())
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  private StreamObserver<LoadStatsRequest> opened(StreamObserver<LoadStatsResponse> answers) {
    return new StreamObserver<>() {
      private boolean begun;

      @Override
      public void onNext(LoadStatsRequest request) {
        synchronized (LoadServer.this) {
          if (!begun) {
            begun = true;
            firsts.add(request);
            stream = answers;
          }
          request.getClusterStatsList().forEach(LoadServer.this::add);
        }
      }

      @Override
      public void onError(Throwable t) {}

      @Override
      public void onCompleted() {}
    };
  }

  private void add(ClusterStats stats) {
    String cluster = stats.getClusterName();
    reports.merge(cluster, 1, Integer::sum);
    last.keySet().removeIf(key -> key.startsWith(cluster + " "));
    sum(cluster + " dropped", stats.getTotalDroppedRequests());
    for (ClusterStats.DroppedRequests dropped : stats.getDroppedRequestsList()) {
      sum(cluster + " dropped for " + dropped.getCategory(), dropped.getDroppedCount());
    }
    if (!stats.getClusterServiceName().isEmpty()) {
      last.put(cluster + " is service " + stats.getClusterServiceName(), 1.0);
    }
    for (UpstreamLocalityStats locality : stats.getUpstreamLocalityStatsList()) {
      String of =
          cluster
              + " priority "
              + locality.getPriority()
              + " "
              + locality.getLocality().getRegion()
              + "/"
              + locality.getLocality().getZone();
      sum(of + " success", locality.getTotalSuccessfulRequests());
      sum(of + " error", locality.getTotalErrorRequests());
      sum(of + " issued", locality.getTotalIssuedRequests());
      last.put(of + " in progress", (double) locality.getTotalRequestsInProgress());
      metrics(of, locality.getLoadMetricStatsList());
      for (UpstreamEndpointStats endpoint : locality.getUpstreamEndpointStatsList()) {
        String host = of + " port " + endpoint.getAddress().getSocketAddress().getPortValue();
        sum(host + " success", endpoint.getTotalSuccessfulRequests());
        sum(host + " error", endpoint.getTotalErrorRequests());
        sum(host + " issued", endpoint.getTotalIssuedRequests());
        last.put(host + " in progress", (double) endpoint.getTotalRequestsInProgress());
        metrics(host, endpoint.getLoadMetricStatsList());
      }
    }
  }

  private void metrics(String of, List<EndpointLoadMetricStats> metrics) {
    for (EndpointLoadMetricStats metric : metrics) {
      sum(
          of + " answers with " + metric.getMetricName(),
          metric.getNumRequestsFinishedWithMetric());
      sum(of + " sum of " + metric.getMetricName(), metric.getTotalMetricValue());
    }
  }

  private void sum(String what, double value) {
    sums.merge(what, value, Double::sum);
  }

  /** What each stream said first. */
  synchronized List<LoadStatsRequest> firsts() {
    return List.copyOf(firsts);
  }

  /** How many reports told of this cluster. */
  synchronized int reports(String cluster) {
    return reports.getOrDefault(cluster, 0);
  }

  /** All sums that aren't zero, and what the last report said of the present, sorted. */
  synchronized Map<String, Double> told() {
    Map<String, Double> all = new TreeMap<>(sums);
    all.putAll(last);
    all.values().removeIf(value -> value == 0);
    return all;
  }

  /** Says on the open stream what is wanted. */
  void ask(LoadStatsResponse wanted) {
    StreamObserver<LoadStatsResponse> open;
    synchronized (this) {
      open = stream;
    }
    if (open == null) {
      throw new AssertionError("no stream is open");
    }
    open.onNext(wanted);
  }

  /** Ends the open stream; null: well. */
  void end(@Nullable Status error) {
    StreamObserver<LoadStatsResponse> open;
    synchronized (this) {
      open = stream;
      stream = null;
    }
    if (open != null && error != null) {
      open.onError(error.asRuntimeException());
    } else if (open != null) {
      open.onCompleted();
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
