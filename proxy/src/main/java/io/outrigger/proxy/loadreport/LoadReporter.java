package io.outrigger.proxy.loadreport;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.outrigger.config.http.Headers;
import io.outrigger.config.source.GrpcService;
import io.outrigger.proxy.cluster.Cluster;
import io.outrigger.proxy.cluster.ClusterRegistry;
import io.outrigger.proxy.grpc.GrpcRequest;
import io.outrigger.proxy.grpc.GrpcStatus;
import io.outrigger.proxy.grpc.GrpcStream;
import io.outrigger.proxy.grpc.PooledCall;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reports load on a stream that stays open: says who it is, hears which clusters are wanted and how
 * often, and tells of them at that interval. Lost streams are opened again after five seconds, and
 * what has come meanwhile is told then. On the configuration loop.
 */
public final class LoadReporter {
  private static final String METHOD =
      "/envoy.service.load_stats.v3.LoadReportingService/StreamLoadStats";
  private static final String SENDS_ALL = "envoy.lrs.supports_send_all_clusters";
  private static final long RETRY_MILLIS = 5000;

  /** A server that asks for reports more often, or forgets to say how often, gets these. */
  private static final long SHORTEST_INTERVAL_MILLIS = 100;

  private final Worker main;
  private final ClusterRegistry clusters;
  private final GrpcService service;
  private final GrpcRequest request;
  private final Node node;
  private final Counter requests;
  private final Counter responses;
  private final Counter errors;
  private final Counter retries;
  private Map<String, ClusterLoad> tracked = new LinkedHashMap<>();
  private @Nullable LoadStatsResponse asked;
  private @Nullable PooledCall call;
  private @Nullable Future<?> timer;

  /** {@code service} names one of the clusters. */
  public LoadReporter(
      Worker main, ClusterRegistry clusters, StatStore stats, GrpcService service, Node node) {
    this.main = main;
    this.clusters = clusters;
    this.service = service;
    this.request = GrpcRequest.to(service, METHOD, 0);
    this.node = node.toBuilder().addClientFeatures(SENDS_ALL).build();
    this.requests = stats.counter("load_reporter.requests");
    this.responses = stats.counter("load_reporter.responses");
    this.errors = stats.counter("load_reporter.errors");
    this.retries = stats.counter("load_reporter.retries");
  }

  /** Opens the stream. */
  public void start() {
    assert main.inLoop();
    call = PooledCall.start(main, clusters.on(main), service, request, new Stream());
    if (call == null) {
      Log.UPSTREAM.warning("load reports: cluster " + service.cluster() + " is not there");
      failed();
      return;
    }
    report();
  }

  private void retry() {
    retries.inc(0);
    start();
  }

  private void failed() {
    errors.inc(0);
    after(RETRY_MILLIS, this::retry);
  }

  private void after(long millis, Runnable action) {
    if (timer != null) {
      timer.cancel(false);
    }
    timer = main.loop().schedule(action, millis, TimeUnit.MILLISECONDS);
  }

  private void report() {
    LoadStatsResponse wanted = asked;
    PooledCall open = call;
    if (open == null) {
      return;
    }
    // one that reads slowly is told with the next report
    if (wanted == null || open.isWritable()) {
      LoadStatsRequest.Builder out = LoadStatsRequest.newBuilder().setNode(node);
      for (Map.Entry<String, ClusterLoad> each : tracked.entrySet()) {
        Cluster cluster = clusters.cluster(each.getKey());
        if (cluster != null && wanted != null) {
          out.addClusterStats(
              each.getValue()
                  .report(cluster, wanted.getReportEndpointGranularity(), System.nanoTime()));
        }
      }
      open.send(out.build().toByteArray());
      responses.inc(0);
    }
    if (wanted != null) {
      begin(wanted);
    }
  }

  /** The next interval, for the clusters that are there now. */
  private void begin(LoadStatsResponse wanted) {
    Map<String, ClusterLoad> next = new LinkedHashMap<>();
    List<String> names =
        wanted.getSendAllClusters()
            ? clusters.clusters().stream().map(Cluster::name).toList()
            : wanted.getClustersList();
    long now = System.nanoTime();
    for (String name : names) {
      ClusterLoad known = tracked.get(name);
      next.put(name, known != null ? known : new ClusterLoad(name, clusters.cluster(name), now));
    }
    tracked = next;
    long millis =
        TimeUnit.SECONDS.toMillis(wanted.getLoadReportingInterval().getSeconds())
            + TimeUnit.NANOSECONDS.toMillis(wanted.getLoadReportingInterval().getNanos());
    after(Math.max(SHORTEST_INTERVAL_MILLIS, millis), this::report);
  }

  /** What the server says on one stream. */
  private final class Stream implements GrpcStream.Listener {
    @Override
    public void onMessage(byte[] message) {
      LoadStatsResponse response;
      try {
        response = LoadStatsResponse.parseFrom(message);
      } catch (InvalidProtocolBufferException e) {
        Log.UPSTREAM.warning(
            "load reports: cluster "
                + service.cluster()
                + " sent what is no LoadStatsResponse: "
                + e.getMessage());
        return;
      }
      requests.inc(0);
      asked = response;
      begin(response);
    }

    @Override
    public void onClose(GrpcStatus status, @Nullable Headers trailers) {
      call = null;
      if (status.isOk()) {
        after(RETRY_MILLIS, LoadReporter.this::retry);
        return;
      }
      Log.UPSTREAM.warning(
          "load reports: the stream to cluster "
              + service.cluster()
              + " was closed, "
              + status.code()
              + " "
              + status.message()
              + "; opened again in "
              + RETRY_MILLIS
              + " ms");
      failed();
    }
  }
}
