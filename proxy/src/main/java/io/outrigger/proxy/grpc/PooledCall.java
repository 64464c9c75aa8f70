package io.outrigger.proxy.grpc;

import io.outrigger.config.source.GrpcService;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.cluster.Pending;
import io.outrigger.proxy.cluster.StreamWaiter;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC call to a service behind a cluster, on a stream of its pool. What is sent before there is
 * a stream waits for it. On its worker.
 */
public final class PooledCall implements GrpcStream, StreamWaiter, LbContext {
  private final Worker worker;
  private final GrpcService service;
  private final GrpcRequest request;
  private final Listener listener;
  private final PooledConnection pooled = new PooledConnection();
  private final ArrayDeque<byte[]> early = new ArrayDeque<>(1);
  private String scheme = "http";
  private @Nullable GrpcCall call;
  private @Nullable Pending pending;
  private boolean halfClosed;
  private boolean closed;

  private PooledCall(Worker worker, GrpcService service, GrpcRequest request, Listener listener) {
    this.worker = worker;
    this.service = service;
    this.request = request;
    this.listener = listener;
  }

  /** Asks for a stream; null where there is no such cluster. The listener hears all the rest. */
  public static @Nullable PooledCall start(
      Worker worker,
      Clusters clusters,
      GrpcService service,
      GrpcRequest request,
      Listener listener) {
    assert worker.inLoop();
    WorkerCluster cluster = clusters.get(service.cluster());
    if (cluster == null) {
      return null;
    }
    PooledCall started = new PooledCall(worker, service, request, listener);
    started.scheme = cluster.config().transport().isTls() ? "https" : "http";
    Host host = cluster.pick(started);
    if (host == null) {
      started.fail("cluster " + service.cluster() + " has no healthy host");
      return started;
    }
    Pending wait = cluster.newStream(host, started, started);
    if (started.call == null && !started.closed) {
      started.pending = wait;
    }
    return started;
  }

  /** Sends one message and waits for one; false where there is no such cluster. */
  public static boolean unary(
      Worker worker,
      Clusters clusters,
      GrpcService service,
      GrpcRequest request,
      byte[] message,
      GrpcChannel.Unary result) {
    return startUnary(worker, clusters, service, request, message, result) != null;
  }

  /** As {@link #unary}; the call serves to cancel. Null where there is no such cluster. */
  public static @Nullable PooledCall startUnary(
      Worker worker,
      Clusters clusters,
      GrpcService service,
      GrpcRequest request,
      byte[] message,
      GrpcChannel.Unary result) {
    PooledCall started = start(worker, clusters, service, request, new UnaryCall(result));
    if (started != null) {
      started.send(message);
      started.halfClose();
    }
    return started;
  }

  @Override
  public ResponseSink sink() {
    return pooled;
  }

  @Override
  public void onStream(ClientStream opened, UpstreamInfo info) {
    pending = null;
    pooled.opened(opened);
    String authority = service.authority().isEmpty() ? service.cluster() : service.authority();
    GrpcCall open = GrpcCall.start(worker, pooled, scheme, authority, request, listener);
    call = open;
    boolean waited = !early.isEmpty();
    for (byte[] message = early.poll(); message != null; message = early.poll()) {
      open.send(message);
    }
    if (halfClosed) {
      open.halfClose();
    } else if (waited && open.isWritable()) {
      listener.onWritable();
    }
  }

  @Override
  public void onFailure(ResetReason reason, @Nullable String transportFailure) {
    pending = null;
    fail(transportFailure == null ? reason.text() : reason.text() + ", " + transportFailure);
  }

  /** Not within the call that started this: its caller has yet to get hold of it. */
  private void fail(String why) {
    closed = true;
    early.clear();
    worker
        .loop()
        .execute(() -> listener.onClose(new GrpcStatus(GrpcStatus.UNAVAILABLE, why), null));
  }

  @Override
  public void send(byte[] message) {
    if (call != null) {
      call.send(message);
    } else if (!closed) {
      early.add(message);
    }
  }

  @Override
  public void halfClose() {
    halfClosed = true;
    if (call != null) {
      call.halfClose();
    }
  }

  @Override
  public void cancel() {
    closed = true;
    early.clear();
    if (call != null) {
      call.cancel();
    } else if (pending != null) {
      pending.cancel();
    }
  }

  @Override
  public boolean isWritable() {
    return call == null ? early.isEmpty() && !closed : call.isWritable();
  }

  @Override
  public void pause() {
    if (call != null) {
      call.pause();
    }
  }

  @Override
  public void resume() {
    if (call != null) {
      call.resume();
    }
  }
}
