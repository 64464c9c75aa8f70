package io.outrigger.proxy.collector;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.cluster.Pending;
import io.outrigger.proxy.cluster.StreamWaiter;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.router.UpstreamStatus;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request of the proxy's own with its whole body; of the answer, the status is what counts. */
final class HttpCall implements StreamWaiter, ResponseSink, LbContext {
  private final Worker worker;
  private final WorkerCluster cluster;
  private final Headers headers;
  private final byte[] body;
  private final Collector.Result result;
  private final Timeout timeout;
  private @Nullable ClientStream stream;
  private @Nullable Pending pending;
  private int status;
  private boolean done;

  /** {@code headers} are given back to the worker at the end. */
  HttpCall(
      Worker worker, WorkerCluster cluster, Headers headers, byte[] body, Collector.Result result) {
    this.worker = worker;
    this.cluster = cluster;
    this.headers = headers;
    this.body = body;
    this.result = result;
    this.timeout = new Timeout(worker.timers(), this::giveUp);
  }

  void start(long timeoutMillis) {
    Host host = cluster.pick(this);
    if (host == null) {
      finish(Collector.FAILED);
      return;
    }
    timeout.arm(TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
    Pending wait = cluster.newStream(host, this, this);
    if (!done && stream == null) {
      pending = wait;
    }
  }

  private void giveUp() {
    ClientStream open = stream;
    Pending wait = pending;
    finish(Collector.FAILED);
    if (open != null) {
      open.reset(ResetReason.LOCAL_RESET);
    } else if (wait != null) {
      wait.cancel();
    }
  }

  private void finish(int outcome) {
    if (done) {
      return;
    }
    done = true;
    timeout.cancel();
    stream = null;
    pending = null;
    worker.headers().give(headers);
    result.onResult(outcome);
  }

  @Override
  public ResponseSink sink() {
    return this;
  }

  @Override
  public void onStream(ClientStream opened, UpstreamInfo info) {
    pending = null;
    stream = opened;
    opened.sendHeaders(headers, false);
    if (!done) {
      opened.sendData(Unpooled.wrappedBuffer(body), true);
    }
  }

  @Override
  public void onFailure(ResetReason reason, @Nullable String transportFailure) {
    finish(Collector.FAILED);
  }

  @Override
  public void onInformational(Headers informational) {}

  @Override
  public void onResponseHeaders(Headers response, boolean endStream) {
    status = UpstreamStatus.of(response);
    cluster.stats().responses().count(worker.index(), status);
    worker.headers().give(response);
    if (endStream) {
      finish(status);
    }
  }

  @Override
  public void onResponseData(ByteBuf data, boolean endStream) {
    data.release();
    if (endStream) {
      finish(status);
    }
  }

  @Override
  public void onResponseTrailers(Headers trailers) {
    worker.headers().give(trailers);
    finish(status);
  }

  @Override
  public void onResponseReset(ResetReason reason, @Nullable String transportFailure) {
    finish(Collector.FAILED);
  }

  @Override
  public void onRequestWritable() {}

  @Override
  public Headers requestHeaders() {
    return headers;
  }
}
