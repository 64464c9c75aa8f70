package io.outrigger.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import org.jspecify.annotations.Nullable;

/** A request that goes out by HTTP/2. */
final class Http2ClientStream extends Http2Stream implements ClientStream {
  private static final byte[] HEAD = {'H', 'E', 'A', 'D'};

  private @Nullable ResponseSink sink;

  /** The request is HEAD: a content-length announces no body. */
  boolean head;

  /** What an upgrade asks for; null for a request that is none. */
  private @Nullable String upgrade;

  Http2ClientStream(Http2Connection connection) {
    super(connection);
  }

  void sink(ResponseSink responseSink) {
    sink = responseSink;
    head = false;
    upgrade = null;
  }

  @Override
  public void sendHeaders(Headers block, boolean endStream) {
    if (closed || headersSent || !(connection instanceof Http2ClientConnection client)) {
      return;
    }
    int method = block.find(HeaderName.METHOD);
    head = method >= 0 && block.valueEquals(method, HEAD);
    if (client.open(this)) {
      headersSent = true;
      upgrade = block.value(HeaderName.UPGRADE);
      if (upgrade == null) {
        client.sender().headers(this, block, endStream);
        return;
      }
      ExtendedConnect.requestToHttp2(block);
      client.sender().headers(this, block, endStream);
      ExtendedConnect.requestToHttp1(block); // the block is the caller's
    }
  }

  @Override
  public void reset(ResetReason reason) {
    sink = null;
    if (closed) {
      return;
    }
    if (id == 0) {
      ((Http2ClientConnection) connection).abandon(this);
      return;
    }
    connection.resetByUser(
        this, reason == ResetReason.PROTOCOL_ERROR ? Frame.PROTOCOL_ERROR : Frame.CANCEL);
  }

  @Override
  public void pauseResponse() {
    pause();
  }

  @Override
  public void resumeResponse() {
    resume();
  }

  void tellInformational(Headers block) {
    if (sink != null) {
      sink.onInformational(block);
    }
  }

  void tellHeaders(Headers block, boolean endStream) {
    if (sink == null) {
      connection.worker.headers().give(block);
    } else {
      if (upgrade != null) {
        ExtendedConnect.responseToHttp1(block, upgrade);
      }
      sink.onResponseHeaders(block, endStream);
    }
  }

  @Override
  void tellData(ByteBuf data, boolean endStream) {
    ResponseSink to = sink;
    if (to == null) {
      data.release();
    } else {
      to.onResponseData(data, endStream);
    }
  }

  @Override
  void tellTrailers(Headers block) {
    ResponseSink to = sink;
    if (to == null) {
      connection.worker.headers().give(block);
    } else {
      to.onResponseTrailers(block);
    }
  }

  @Override
  void tellReset(ResetReason reason, String details) {
    ResponseSink to = sink;
    if (to != null) {
      sink = null;
      to.onResponseReset(reason, null);
    }
  }

  @Override
  void tellWritable() {
    ResponseSink to = sink;
    if (to != null) {
      to.onRequestWritable();
    }
  }

  @Override
  void forgetSink() {
    sink = null;
  }

  @Override
  boolean isSettled() {
    return remoteTold;
  }

  @Override
  boolean outlivesConnection() {
    if (remoteEnd && !remoteTold) {
      localEnd = true;
      localSent = true;
      return true;
    }
    return false;
  }
}
