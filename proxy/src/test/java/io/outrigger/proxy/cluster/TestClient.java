package io.outrigger.proxy.cluster;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.worker.Worker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request through a cluster, as a router would make it, and how it ended. */
final class TestClient implements StreamWaiter, ResponseSink {
  private final Worker worker;
  private final String path;
  final CompletableFuture<String> result = new CompletableFuture<>();
  volatile @Nullable UpstreamInfo info;
  volatile @Nullable Pending pending;
  private @Nullable ClientStream stream;
  private String status = "";

  private TestClient(Worker worker, String path) {
    this.worker = worker;
    this.path = path;
  }

  /** Sends a request on the worker; the result tells how it went. */
  static TestClient send(ClusterRegistry registry, Worker worker, String cluster, String path) {
    return send(registry, worker, cluster, path, new LbContext() {});
  }

  static TestClient send(
      ClusterRegistry registry, Worker worker, String cluster, String path, LbContext context) {
    TestClient client = new TestClient(worker, path);
    worker
        .loop()
        .execute(
            () -> {
              WorkerCluster of = registry.on(worker).get(cluster);
              if (of == null) {
                client.result.complete("no cluster");
                return;
              }
              Host host = of.pick(context);
              if (host == null) {
                client.result.complete("no host");
                return;
              }
              client.pending = of.newStream(host, context, client);
            });
    return client;
  }

  String await() throws Exception {
    return result.get(30, TimeUnit.SECONDS);
  }

  void cancel() throws Exception {
    worker
        .loop()
        .submit(
            () -> {
              Pending wait = pending;
              if (wait != null) {
                wait.cancel();
              }
            })
        .get(20, TimeUnit.SECONDS);
  }

  void reset() throws Exception {
    worker
        .loop()
        .submit(
            () -> {
              if (stream != null) {
                stream.reset(ResetReason.LOCAL_RESET);
              }
            })
        .get(20, TimeUnit.SECONDS);
  }

  @Override
  public ResponseSink sink() {
    return this;
  }

  @Override
  public void onStream(ClientStream on, UpstreamInfo about) {
    stream = on;
    info = about;
    Headers headers = new Headers();
    headers.add(HeaderName.METHOD, "GET");
    headers.add(HeaderName.PATH, path);
    headers.add(HeaderName.AUTHORITY, "upstream");
    headers.add(HeaderName.SCHEME, "http");
    on.sendHeaders(headers, true);
  }

  @Override
  public void onFailure(ResetReason reason, @Nullable String transportFailure) {
    result.complete("failed " + reason.text() + "|" + transportFailure);
  }

  @Override
  public void onInformational(Headers headers) {}

  @Override
  public void onResponseHeaders(Headers headers, boolean endStream) {
    status = String.valueOf(headers.value(HeaderName.STATUS));
    worker.headers().give(headers);
    if (endStream) {
      result.complete(status);
    }
  }

  @Override
  public void onResponseData(ByteBuf data, boolean endStream) {
    data.release();
    if (endStream) {
      result.complete(status);
    }
  }

  @Override
  public void onResponseTrailers(Headers trailers) {
    result.complete(status);
  }

  @Override
  public void onResponseReset(ResetReason reason, @Nullable String transportFailure) {
    result.complete("reset " + reason.text());
  }

  @Override
  public void onRequestWritable() {}
}
