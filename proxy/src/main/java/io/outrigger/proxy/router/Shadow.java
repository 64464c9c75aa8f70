package io.outrigger.proxy.router;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.cluster.Pending;
import io.outrigger.proxy.cluster.StreamWaiter;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a request that goes to another cluster; its answer is read and dropped.
 *
 * <p>Lives on after the exchange. A copy that the mirror can't take as fast as it comes is given up
 * at a bound, for it may not slow the request itself.
 */
final class Shadow implements StreamWaiter, ResponseSink, LbContext {
  private static final long MOST_BYTES = 1 << 20;
  private static final long TIMEOUT_SECONDS = 15;

  private final Worker worker;
  private final WorkerCluster cluster;
  private final Headers headers;
  private final RequestBody body = new RequestBody();
  private final Timeout timeout;
  private @Nullable ClientStream stream;
  private @Nullable Pending pending;
  private boolean done;

  Shadow(
      Worker worker, WorkerCluster cluster, Headers original, boolean keepHost, boolean endStream) {
    this.worker = worker;
    this.cluster = cluster;
    this.headers = worker.headers().take();
    this.timeout = new Timeout(worker.timers(), this::abandon);
    headers.addAll(original);
    String host = headers.value(HeaderName.AUTHORITY);
    if (!keepHost && host != null) {
      headers.set(HeaderName.AUTHORITY, shadowed(host));
    }
    if (endStream) {
      body.end();
    }
  }

  /** The host with -shadow after its name, before its port. */
  private static String shadowed(String host) {
    int colon = host.lastIndexOf(':');
    return colon > 0 && host.indexOf(']') < colon
        ? host.substring(0, colon) + "-shadow" + host.substring(colon)
        : host + "-shadow";
  }

  void start() {
    Host host = cluster.pick(this);
    if (host == null) {
      finish();
      return;
    }
    timeout.arm(TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS));
    Pending wait = cluster.newStream(host, this, this);
    if (!done && stream == null) {
      pending = wait;
    }
  }

  void data(ByteBuf data, boolean endStream) {
    if (done || body.bytes() + data.readableBytes() > MOST_BYTES) {
      data.release();
      abandon();
      return;
    }
    if (endStream) {
      body.end();
    }
    ClientStream open = stream;
    if (open == null) {
      body.add(data);
    } else if (open.isWritable()) {
      open.sendData(data, endStream);
    } else {
      data.release();
      abandon();
    }
  }

  void trailers(Headers trailers) {
    Headers copy = worker.headers().take();
    copy.addAll(trailers);
    body.end(copy);
    if (!done && stream != null) {
      stream.sendTrailers(copy);
    }
  }

  /** Gives the copy up, if its request isn't whole yet or its time is over. */
  void abandon() {
    if (done || (body.isEnded() && timeout.isArmed())) {
      return; // a whole request is left to run
    }
    ClientStream open = stream;
    Pending wait = pending;
    finish();
    if (open != null) {
      open.reset(ResetReason.LOCAL_RESET);
    } else if (wait != null) {
      wait.cancel();
    }
  }

  private void finish() {
    if (done) {
      return;
    }
    done = true;
    timeout.cancel();
    stream = null;
    pending = null;
    Headers trailers = body.clear();
    if (trailers != null) {
      worker.headers().give(trailers);
    }
    worker.headers().give(headers);
  }

  @Override
  public ResponseSink sink() {
    return this;
  }

  @Override
  public void onStream(ClientStream opened, UpstreamInfo info) {
    pending = null;
    stream = opened;
    boolean headersOnly = body.isHeadersOnly();
    opened.sendHeaders(headers, headersOnly);
    if (!headersOnly && !done) {
      body.sendTo(opened, false);
    }
  }

  @Override
  public void onFailure(ResetReason reason, @Nullable String transportFailure) {
    finish();
  }

  @Override
  public void onInformational(Headers informational) {}

  @Override
  public void onResponseHeaders(Headers response, boolean endStream) {
    cluster.stats().responses().count(worker.index(), UpstreamStatus.of(response));
    worker.headers().give(response);
    if (endStream) {
      finish();
    }
  }

  @Override
  public void onResponseData(ByteBuf data, boolean endStream) {
    data.release();
    if (endStream) {
      finish();
    }
  }

  @Override
  public void onResponseTrailers(Headers trailers) {
    worker.headers().give(trailers);
    finish();
  }

  @Override
  public void onResponseReset(ResetReason reason, @Nullable String transportFailure) {
    finish();
  }

  @Override
  public void onRequestWritable() {}

  @Override
  public Headers requestHeaders() {
    return headers;
  }
}
