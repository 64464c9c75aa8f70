package io.outrigger.proxy.extproc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.outrigger.config.filter.ExtProcRoute;
import io.outrigger.config.http.Headers;
import io.outrigger.config.source.GrpcService;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.grpc.GrpcRequest;
import io.outrigger.proxy.grpc.GrpcStatus;
import io.outrigger.proxy.grpc.GrpcStream;
import io.outrigger.proxy.grpc.PooledCall;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A processor that is spoken with on one gRPC stream, which begins with the first message. */
final class GrpcProcessor implements Processor, GrpcStream.Listener {
  private static final String METHOD = "/envoy.service.ext_proc.v3.ExternalProcessor/Process";

  private final Worker worker;
  private final Clusters clusters;
  private final GrpcService service;
  private final @Nullable ExtProcRoute route;
  private final ProcStats stats;
  private final Listener listener;
  private @Nullable PooledCall call;
  private @Nullable Timeout closing;
  private boolean closed;

  GrpcProcessor(
      Worker worker,
      Clusters clusters,
      GrpcService service,
      @Nullable ExtProcRoute route,
      ProcStats stats,
      Listener listener) {
    this.worker = worker;
    this.clusters = clusters;
    this.service = service;
    this.route = route;
    this.stats = stats;
    this.listener = listener;
  }

  @Override
  public void send(ProcessingRequest message) {
    if (closed) {
      return;
    }
    PooledCall open = call;
    if (open == null) {
      open = PooledCall.start(worker, clusters, service, request(), this);
      call = open;
      stats.streamsStarted.inc(cell());
    }
    if (open == null) {
      GrpcStatus status = new GrpcStatus(GrpcStatus.UNAVAILABLE, "Cluster not available");
      worker.loop().execute(() -> onClose(status, null));
      return;
    }
    stats.sent.inc(cell());
    open.send(message.toByteArray());
  }

  private GrpcRequest request() {
    GrpcRequest plain = GrpcRequest.to(service, METHOD, 0);
    if (route == null || route.metadata().isEmpty()) {
      return plain;
    }
    List<GrpcRequest.Metadata> all = new ArrayList<>(plain.metadata());
    for (Map.Entry<String, String> own : route.metadata()) {
      all.removeIf(each -> each.name().equals(own.getKey()));
      all.add(new GrpcRequest.Metadata(own.getKey(), own.getValue()));
    }
    return new GrpcRequest(METHOD, all, 0);
  }

  @Override
  public void close() {
    closed = true;
    PooledCall open = call;
    call = null;
    if (open != null) {
      stats.streamsClosed.inc(cell());
      open.halfClose();
      open.cancel();
    }
  }

  @Override
  public void closeLater(long millis) {
    if (call != null) {
      Timeout later = new Timeout(worker.timers(), this::close);
      later.arm(TimeUnit.MILLISECONDS.toNanos(millis));
      closing = later;
    }
  }

  @Override
  public boolean isWritable() {
    PooledCall open = call;
    return open == null || open.isWritable();
  }

  // ---- what the service says ----

  @Override
  public void onMessage(byte[] bytes) {
    if (closed || closing != null) {
      return;
    }
    ProcessingResponse said;
    try {
      said = ProcessingResponse.parseFrom(bytes);
    } catch (InvalidProtocolBufferException garbage) {
      PooledCall open = call;
      if (open != null) {
        open.cancel();
      }
      onClose(new GrpcStatus(GrpcStatus.INTERNAL, "via_upstream"), null);
      return;
    }
    listener.onAnswer(said);
  }

  @Override
  public void onWritable() {
    if (!closed && closing == null) {
      listener.onWritable();
    }
  }

  @Override
  public void onClose(GrpcStatus status, @Nullable Headers trailers) {
    if (closed) {
      return;
    }
    closed = true;
    call = null;
    Timeout later = closing;
    if (later != null) { // nobody listens any more
      later.cancel();
    } else if (status.isOk()) {
      stats.streamsClosed.inc(cell());
      listener.onEnd();
    } else {
      stats.streamsFailed.inc(cell());
      String why = trailers == null ? status.message().replace(' ', '_') : "via_upstream";
      listener.onFailure("ext_proc_error_gRPC_error_" + status.code() + "{" + why + "}");
    }
  }

  private int cell() {
    return worker.index();
  }
}
