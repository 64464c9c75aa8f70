package io.outrigger.proxy.collector;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.source.GrpcService;
import io.outrigger.config.source.TelemetryService;
import io.outrigger.proxy.call.HttpCall;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.grpc.GrpcRequest;
import io.outrigger.proxy.grpc.PooledCall;
import io.outrigger.proxy.worker.Worker;
import java.util.Map;

/** Sends whole messages to a collector, a call each, through its cluster's pool. A worker's. */
public final class Collector {
  /** The call broke, or wasn't answered in time. */
  public static final int FAILED = 0;

  /** There is no such cluster. */
  public static final int NO_CLUSTER = -1;

  private static final int OK = 200;

  private final Worker worker;
  private final Clusters clusters;
  private final TelemetryService service;
  private final String grpcMethod;
  private final String contentType;

  /**
   * {@code grpcMethod} is the path of the method of a gRPC service; {@code contentType} what is
   * said to an HTTP one.
   */
  public Collector(
      Worker worker,
      Clusters clusters,
      TelemetryService service,
      String grpcMethod,
      String contentType) {
    this.worker = worker;
    this.clusters = clusters;
    this.service = service;
    this.grpcMethod = grpcMethod;
    this.contentType = contentType;
  }

  /** Takes the outcome of a call. */
  @FunctionalInterface
  public interface Result {
    /** The answer's HTTP status, 200 for gRPC's OK; or {@link #FAILED}, {@link #NO_CLUSTER}. */
    void onResult(int status);
  }

  /** Of the answer, the status is what counts. */
  private record StatusOnly(Result result) implements HttpCall.Result {
    @Override
    public void onResponse(int status, Headers response, byte[] body) {
      result.onResult(status);
    }

    @Override
    public void onFailure(HttpCall.Failure failure) {
      result.onResult(FAILED);
    }
  }

  /** Sends one message. The result may come before this returns. */
  public void send(byte[] message, long timeoutMillis, Result result) {
    assert worker.inLoop();
    if (service instanceof TelemetryService.Http http) {
      post(http, message, timeoutMillis, result);
    } else if (service instanceof TelemetryService.Grpc grpc) {
      call(grpc.service(), message, timeoutMillis, result);
    }
  }

  private void post(TelemetryService.Http http, byte[] message, long timeoutMillis, Result result) {
    WorkerCluster cluster = clusters.get(http.uri().cluster());
    if (cluster == null) {
      result.onResult(NO_CLUSTER);
      return;
    }
    Headers headers = HttpCall.head(worker, cluster, "POST", http.uri().host(), http.uri().path());
    headers.add(HeaderName.CONTENT_TYPE, contentType);
    headers.addLong(HeaderName.CONTENT_LENGTH, message.length);
    for (Map.Entry<String, String> header : http.headers()) {
      headers.add(header.getKey(), header.getValue());
    }
    long limit = http.uri().timeoutMillis() > 0 ? http.uri().timeoutMillis() : timeoutMillis;
    new HttpCall(worker, cluster, headers, message, 0, new StatusOnly(result)).start(limit);
  }

  private void call(GrpcService grpc, byte[] message, long timeoutMillis, Result result) {
    long limit = grpc.timeoutMillis() > 0 ? grpc.timeoutMillis() : timeoutMillis;
    boolean known =
        PooledCall.unary(
            worker,
            clusters,
            grpc,
            GrpcRequest.to(grpc, grpcMethod, limit),
            message,
            (status, response) -> result.onResult(status.isOk() ? OK : FAILED));
    if (!known) {
      result.onResult(NO_CLUSTER);
    }
  }
}
