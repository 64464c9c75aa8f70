package io.outrigger.proxy.router;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/**
 * The way there: passes a request's body to the attempt's stream as fast as the upstream reads,
 * keeps what no stream can take yet, and all of it while it may have to be sent again.
 */
final class UpstreamRequest {
  private final Router router;
  private final Exchange exchange;
  private final Worker worker;
  private RequestBody body = new RequestBody();
  private boolean ended;
  private boolean paused;
  private boolean keep;
  private long endNanos;

  UpstreamRequest(Router router, Exchange exchange) {
    this.router = router;
    this.exchange = exchange;
    this.worker = exchange.worker();
  }

  /** From here the body is kept for another try, as far as the limit allows. */
  void keep(boolean forAnother) {
    keep = forAnother;
  }

  void onEndOfHeaders() {
    end();
    body.end();
  }

  void onData(ByteBuf data, boolean endStream, @Nullable ClientStream stream) {
    if (endStream) {
      end();
      body.end();
    }
    if (stream == null) {
      body.add(data);
      pause();
      return;
    }
    if (keep) {
      if (body.bytes() + data.readableBytes() > limit()) {
        forgetBody(); // too much to keep: what has begun to be sent isn't sent again
        router.abandonRetries();
      } else {
        body.add(data.retainedDuplicate());
      }
    }
    if (endStream) {
      sent();
    }
    stream.sendData(data, endStream);
    if (!endStream && router.stream() == stream && !stream.isWritable()) {
      pause();
    }
  }

  private long limit() {
    Route route = exchange.route();
    long own = route == null ? -1 : route.requestBodyBufferLimit();
    return own >= 0 ? own : exchange.downstream().bufferLimit();
  }

  void onTrailers(Headers trailers, @Nullable ClientStream stream) {
    end();
    body.end(trailers);
    if (stream != null) {
      sent();
      stream.sendTrailers(trailers);
    }
  }

  private void end() {
    ended = true;
    endNanos = worker.nanos();
    router.timers().requestEnded(endNanos);
  }

  private void sent() {
    router.tries().newest().requestSent = true;
    exchange.upstream().requestSent();
    router.timers().requestSent();
  }

  /** Sends headers and all that is there of the body on the attempt's new stream. */
  void sendTo(ClientStream stream, Headers headers) {
    boolean headersOnly = body.isHeadersOnly();
    boolean whole = body.isEnded();
    if (whole) {
      sent();
    }
    stream.sendHeaders(headers, headersOnly);
    if (!headersOnly && router.stream() == stream) {
      body.sendTo(stream, keep);
      if (!whole && router.stream() == stream && stream.isWritable()) {
        resume();
      }
    }
  }

  private void pause() {
    if (!paused && !ended) {
      paused = true;
      exchange.pauseRequest();
    }
  }

  void resume() {
    if (paused) {
      paused = false;
      exchange.resumeRequest();
    }
  }

  /** Since the request had come whole; below 0 while it hasn't. */
  long millisSinceEnd() {
    return ended ? Math.max(0, worker.nanos() - endNanos) / 1_000_000 : -1;
  }

  boolean hasWholeBody() {
    return ended && (keep || body.isHeadersOnly());
  }

  /** The request will not be sent again. */
  void forgetBody() {
    body.forgetParts();
    keep = false;
  }

  /** What has come of the body, the caller's from now on. */
  RequestBody takeBody() {
    RequestBody taken = body;
    body = new RequestBody();
    return taken;
  }

  void clear() {
    Headers trailers = body.clear();
    if (trailers != null) {
      worker.headers().give(trailers);
    }
    ended = false;
    paused = false;
    keep = false;
  }
}
