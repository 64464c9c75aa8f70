package io.outrigger.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stream.RequestSink;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ServerStream;
import org.jspecify.annotations.Nullable;

/**
 * A request that came by HTTP/2.
 *
 * <p>When its response is sent whole, it is over: if the request still goes on, it is reset with
 * NO_ERROR (RFC 9113 section 8.1) and the sink hears nothing more.
 */
final class Http2ServerStream extends Http2Stream implements ServerStream {
  private @Nullable RequestSink sink;
  private boolean accepted;

  /** The request is an extended CONNECT, which the sink takes for an upgrade. */
  boolean upgrade;

  Http2ServerStream(Http2Connection connection) {
    super(connection);
  }

  void sink(RequestSink requestSink) {
    sink = requestSink;
    accepted = true;
  }

  /** Whether there is, or was, someone who hears of this request. */
  boolean hasSink() {
    return accepted;
  }

  @Override
  public void sendInformational(Headers block) {
    if (!closed && !headersSent) {
      connection.sender().headers(this, block, false);
    }
  }

  @Override
  public void sendHeaders(Headers block, boolean endStream) {
    if (!closed && !headersSent) {
      headersSent = true;
      if (upgrade) {
        ExtendedConnect.responseToHttp2(block);
      }
      connection.sender().headers(this, block, endStream);
    }
  }

  @Override
  public void reset(ResetReason reason) {
    if (closed) {
      return;
    }
    int code =
        switch (reason) {
          case LOCAL_REFUSED_STREAM, REMOTE_REFUSED_STREAM -> Frame.REFUSED_STREAM;
          case PROTOCOL_ERROR -> Frame.PROTOCOL_ERROR;
          case OVERLOAD_MANAGER -> Frame.ENHANCE_YOUR_CALM;
          default -> localEnd ? Frame.NO_ERROR : Frame.INTERNAL_ERROR;
        };
    sink = null;
    if (localEnd && !localSent) {
      // the response is whole but waits for window: it goes out first
      resetWhenSent = code;
      return;
    }
    connection.resetByUser(this, code);
  }

  @Override
  public void pauseRequest() {
    pause();
  }

  @Override
  public void resumeRequest() {
    resume();
  }

  @Override
  public void drainConnection() {
    if (connection instanceof Http2ServerConnection server) {
      server.drain();
    }
  }

  @Override
  void tellData(ByteBuf data, boolean endStream) {
    RequestSink to = sink;
    if (to == null) {
      data.release();
    } else {
      to.onRequestData(data, endStream);
    }
  }

  @Override
  void tellTrailers(Headers block) {
    RequestSink to = sink;
    if (to == null) {
      connection.worker.headers().give(block);
    } else {
      to.onRequestTrailers(block);
    }
  }

  @Override
  void tellReset(ResetReason reason, String details) {
    RequestSink to = sink;
    if (to != null) {
      sink = null;
      to.onRequestReset(reason, details);
    }
  }

  @Override
  void tellWritable() {
    RequestSink to = sink;
    if (to != null) {
      to.onResponseWritable();
    }
  }

  @Override
  void forgetSink() {
    sink = null;
    accepted = false;
    upgrade = false;
  }

  @Override
  boolean isSettled() {
    return remoteTold && localEnd;
  }

  @Override
  boolean outlivesConnection() {
    return false;
  }
}
