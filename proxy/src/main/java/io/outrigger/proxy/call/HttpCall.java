package io.outrigger.proxy.call;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.config.http.HeaderName;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request of the proxy's own with its whole body, and the whole of its answer. A worker's. */
public final class HttpCall implements StreamWaiter, ResponseSink, LbContext {
  private static final byte[] NOTHING = new byte[0];

  private final Worker worker;
  private final WorkerCluster cluster;
  private final Headers headers;
  private final byte[] body;
  private final int maxBody;
  private final Result result;
  private final Timeout timeout;
  private @Nullable ClientStream stream;
  private @Nullable Pending pending;
  private @Nullable Headers response;
  private @Nullable ByteArrayOutputStream received;
  private int status;
  private boolean done;

  /** Takes the outcome of a call, once, unless it was cancelled. */
  public interface Result {
    /** The answer; {@code response} is only lent. */
    void onResponse(int status, Headers response, byte[] body);

    /** There was no whole answer: no host, a reset, a time-out, a body beyond the limit. */
    void onFailure(Failure failure);
  }

  /** Why there was no answer. */
  public enum Failure {
    NO_HOST,
    RESET,
    TIMEOUT,
    TOO_LARGE
  }

  /**
   * {@code headers} are given back to the worker at the end; {@code maxBody} 0: the answer's body
   * is thrown away.
   */
  public HttpCall(
      Worker worker,
      WorkerCluster cluster,
      Headers headers,
      byte[] body,
      int maxBody,
      Result result) {
    this.worker = worker;
    this.cluster = cluster;
    this.headers = headers;
    this.body = body;
    this.maxBody = maxBody;
    this.result = result;
    this.timeout = new Timeout(worker.timers(), this::giveUp);
  }

  /** The head of a request to a cluster, for more headers to be added. */
  public static Headers head(
      Worker worker, WorkerCluster cluster, String method, String host, String path) {
    boolean tls = cluster.config().transport().isTls();
    Headers headers = worker.headers().take();
    headers.add(HeaderName.METHOD, method);
    headers.add(HeaderName.SCHEME, tls ? "https" : "http");
    headers.add(HeaderName.PATH, path);
    headers.add(HeaderName.AUTHORITY, host);
    return headers;
  }

  /** The result may come before this returns. */
  public void start(long timeoutMillis) {
    assert worker.inLoop();
    Host host = cluster.pick(this);
    if (host == null) {
      fail(Failure.NO_HOST);
      return;
    }
    timeout.arm(TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
    Pending wait = cluster.newStream(host, this, this);
    if (!done && stream == null) {
      pending = wait;
    }
  }

  /** Ends the call without a result. */
  public void cancel() {
    if (!done) {
      abort();
    }
  }

  private void giveUp() {
    abort();
    result.onFailure(Failure.TIMEOUT);
  }

  private void abort() {
    ClientStream open = stream;
    Pending wait = pending;
    end();
    if (open != null) {
      open.reset(ResetReason.LOCAL_RESET);
    } else if (wait != null) {
      wait.cancel();
    }
  }

  /** What was lent goes back; what comes from now on is thrown away. */
  private void end() {
    done = true;
    timeout.cancel();
    stream = null;
    pending = null;
    received = null;
    worker.headers().give(headers);
    Headers head = response;
    response = null;
    if (head != null) {
      worker.headers().give(head);
    }
  }

  private void fail(Failure failure) {
    if (!done) {
      end();
      result.onFailure(failure);
    }
  }

  private void finish() {
    if (done) {
      return;
    }
    Headers head = response;
    assert head != null;
    response = null;
    ByteArrayOutputStream whole = received;
    byte[] bytes = whole == null ? NOTHING : whole.toByteArray();
    end();
    result.onResponse(status, head, bytes);
    worker.headers().give(head);
  }

  @Override
  public ResponseSink sink() {
    return this;
  }

  @Override
  public void onStream(ClientStream opened, UpstreamInfo info) {
    pending = null;
    stream = opened;
    opened.sendHeaders(headers, body.length == 0);
    if (!done && body.length > 0) {
      opened.sendData(Unpooled.wrappedBuffer(body), true);
    }
  }

  @Override
  public void onFailure(ResetReason reason, @Nullable String transportFailure) {
    fail(Failure.RESET);
  }

  @Override
  public void onInformational(Headers informational) {}

  @Override
  public void onResponseHeaders(Headers head, boolean endStream) {
    if (done) {
      worker.headers().give(head);
      return;
    }
    response = head;
    status = UpstreamStatus.of(head);
    cluster.stats().responses().count(worker.index(), status);
    if (endStream) {
      finish();
    }
  }

  @Override
  public void onResponseData(ByteBuf data, boolean endStream) {
    boolean tooLarge = false;
    if (!done && maxBody > 0) {
      ByteArrayOutputStream whole = received;
      if (whole == null) {
        whole = new ByteArrayOutputStream(Math.max(data.readableBytes(), 512));
        received = whole;
      }
      tooLarge = whole.size() + data.readableBytes() > maxBody;
      if (!tooLarge) {
        copy(data, whole);
      }
    }
    data.release();
    if (tooLarge) {
      abort();
      result.onFailure(Failure.TOO_LARGE);
    } else if (endStream) {
      finish();
    }
  }

  private static void copy(ByteBuf data, ByteArrayOutputStream whole) {
    try {
      data.readBytes(whole, data.readableBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array doesn't fail
    }
  }

  @Override
  public void onResponseTrailers(Headers trailers) {
    worker.headers().give(trailers);
    finish();
  }

  @Override
  public void onResponseReset(ResetReason reason, @Nullable String transportFailure) {
    fail(Failure.RESET);
  }

  @Override
  public void onRequestWritable() {}

  @Override
  public Headers requestHeaders() {
    return headers;
  }
}
