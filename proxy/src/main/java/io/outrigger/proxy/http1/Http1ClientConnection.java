package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stream.ClientConnection;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.worker.Worker;

/**
 * The client side of an HTTP/1 connection, as the last handler of its channel.
 *
 * <p>Carries one request at a time, and takes another when the response has ended cleanly: request
 * whole, no bytes left over, the peer willing. Owned by the channel's worker.
 */
public final class Http1ClientConnection extends Http1Connection implements ClientConnection {
  private enum Reading {
    /** No request is out: bytes that come are nobody's. */
    IDLE,
    HEAD_BEGIN,
    HEAD,
    BODY,
    TRAILERS,
    CLOSED
  }

  private final ClientConnection.Listener listener;
  private final StatusLine statusLine;
  private final Http1ClientStream stream;
  private Reading reading = Reading.IDLE;
  private boolean reusable = true;
  private boolean draining;
  private boolean broken;
  private boolean outlivesChannel;
  private boolean tunnel;
  private ResetReason closeReason = ResetReason.CONNECTION_TERMINATION;

  public Http1ClientConnection(
      Worker worker, Http1Settings settings, ClientConnection.Listener listener) {
    super(worker, settings, false);
    this.statusLine = new StatusLine(settings.forwardReasonPhrase());
    this.listener = listener;
    this.stream = new Http1ClientStream(this, settings);
  }

  // ---- ClientConnection ----

  @Override
  public ClientStream newStream(ResponseSink sink) {
    assert availableStreams() > 0;
    stream.begin(sink);
    reading = Reading.HEAD_BEGIN;
    return stream;
  }

  @Override
  public int availableStreams() {
    return reading == Reading.IDLE && reusable && !draining && channel().isActive() ? 1 : 0;
  }

  @Override
  public int activeStreams() {
    return stream.sink == null ? 0 : 1;
  }

  @Override
  public void drain() {
    draining = true;
    if (stream.sink == null) {
      close();
    }
  }

  @Override
  public void close() {
    channel().close();
    if (outlivesChannel) {
      worker.loop().execute(this::afterDispatch); // its channel won't tell again
    }
  }

  // ---- reading ----

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    assert worker.inLoop();
    ByteBuf in = (ByteBuf) message;
    if (reading == Reading.CLOSED) {
      in.release();
      return;
    }
    if (reading == Reading.IDLE) { // bytes that answer nothing: a request must not get them
      in.release();
      reusable = false;
      close();
      return;
    }
    accept(context, in);
  }

  @Override
  boolean step(ByteBuf in) {
    switch (reading) {
      case HEAD_BEGIN -> beginHead();
      case HEAD -> readHead(in);
      case BODY -> readBody(in);
      case TRAILERS -> readTrailers(in);
      case IDLE, CLOSED -> {
        return false;
      }
    }
    return true;
  }

  private void beginHead() {
    Headers headers = block == null ? worker.headers().take() : block;
    block = headers;
    StatusLine.begin(headers);
    head.beginHead(headers);
    lines.begin(headers);
    firstLine = true;
    reading = Reading.HEAD;
  }

  private void readHead(ByteBuf in) {
    while (lines.readLine(in)) {
      boolean tooLarge = isHeadTooLarge();
      Http1Error error = tooLarge ? Http1Error.HEADERS_TOO_LARGE : null;
      if (!tooLarge) {
        if (firstLine) {
          firstLine = false;
          error = statusLine.read(head, lines.start(), lines.end());
        } else if (lines.start() == lines.end()) {
          lines.finish(in);
          onHead(in);
          return;
        } else {
          error = head.field(lines.start(), lines.end());
        }
      }
      if (error != null) {
        fail();
        return;
      }
    }
    if (isHeadTooLarge() || (firstLine && !canBegin())) {
      fail();
    }
  }

  /** What can't be a status line is refused at once: the rest of it may never come. */
  private boolean canBegin() {
    Headers block = head.headers;
    return block == null || StatusLine.canBegin(block.data(), lines.pending(), lines.limit());
  }

  private void onHead(ByteBuf in) {
    Headers headers = block;
    ResponseSink sink = stream.sink;
    assert headers != null && sink != null;
    int status = statusLine.status;
    if (status < 200 && status != 101) {
      if (head.chunked || head.contentLength != MessageHead.NO_LENGTH) {
        fail();
        return;
      }
      reading = Reading.HEAD_BEGIN;
      sink.onInformational(headers);
      headers.clear();
      return;
    }
    tunnel = ResponseFraming.opensTunnel(stream, status);
    if (ResponseFraming.apply(head, headers, status, stream, settings, body) != null) {
      fail();
      return;
    }
    if (body.endsWithConnection()
        || head.connectionClose
        || (head.http10 && !head.connectionKeepAlive)) {
      reusable = false;
    }
    if (head.keepAliveSlot != MessageHead.NO_SLOT) {
      listener.onKeepAlive(head.keepAliveSeconds());
    }
    block = null;
    if (body.ended()) {
      endResponse(in);
      sink.onResponseHeaders(headers, true);
      afterResponse();
    } else {
      reading = Reading.BODY;
      sink.onResponseHeaders(headers, false);
    }
  }

  private void readBody(ByteBuf in) {
    ByteBuf part = body.read(in);
    ResponseSink sink = stream.sink;
    assert sink != null;
    if (part != null) {
      boolean end = body.ended();
      if (end) {
        endResponse(in);
      }
      sink.onResponseData(part, end);
      if (end) {
        afterResponse();
      }
    } else if (body.failed()) {
      fail();
    } else if (body.atTrailers()) {
      beginTrailers();
      reading = Reading.TRAILERS;
    }
  }

  @Override
  void onTrailers(ByteBuf in) {
    Headers trailers = block;
    ResponseSink sink = stream.sink;
    assert trailers != null && sink != null;
    block = null;
    endResponse(in);
    if (settings.enableTrailers() && trailers.size() > 0) {
      sink.onResponseTrailers(trailers);
    } else {
      worker.headers().give(trailers);
      sink.onResponseData(Unpooled.EMPTY_BUFFER, true);
    }
    afterResponse();
  }

  /** Before the sink hears of the end: it may let the next request start while it does. */
  private void endResponse(ByteBuf in) {
    if (in.isReadable() || !stream.requestEnded) {
      reusable = false;
    }
    reading = Reading.IDLE;
    stream.sink = null;
  }

  private void afterResponse() {
    if (reading != Reading.IDLE) {
      return;
    }
    if (!reusable || draining) {
      draining = true;
      listener.onDraining(this); // before it closes: it closes with nothing on it
      close();
    } else {
      listener.onAvailable(this);
    }
  }

  @Override
  void refuse(Http1Error error) {
    fail();
  }

  private void fail() {
    closeReason = ResetReason.PROTOCOL_ERROR;
    giveBlockBack();
    ResponseSink sink = stream.sink;
    stream.sink = null;
    reading = Reading.CLOSED;
    if (sink != null) {
      sink.onResponseReset(ResetReason.PROTOCOL_ERROR, null);
    }
    close();
  }

  // ---- what the stream asks for ----

  void resetStream() {
    reading = Reading.CLOSED;
    closeReason = ResetReason.LOCAL_RESET;
    giveBlockBack();
    close();
  }

  /** The client's half of a tunnel has ended: with HTTP/1 that can only be told by closing. */
  void onTunnelRequestEnded() {
    out().flushAndShutdownOutput();
  }

  @Override
  boolean isPaused() {
    return stream.pauses > 0;
  }

  @Override
  boolean discardsInput() {
    return reading == Reading.CLOSED;
  }

  boolean isClosed() {
    return reading == Reading.CLOSED;
  }

  // ---- the channel ----

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    ResponseSink sink = stream.sink;
    if (sink != null && context.channel().isWritable() && !stream.requestEnded) {
      sink.onRequestWritable();
    }
  }

  /**
   * The upstream may close while the client still reads what came before: the connection lives on,
   * without its channel, until that is passed on.
   */
  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (hasPending() && stream.sink != null && !broken) {
      outlivesChannel = true;
      reusable = false;
      resumeReading();
    } else {
      ended();
    }
  }

  @Override
  void afterDispatch() {
    if (outlivesChannel && (!isPaused() || stream.sink == null)) {
      ended();
    }
  }

  private void ended() {
    outlivesChannel = false;
    boolean inBody = reading == Reading.BODY || reading == Reading.TRAILERS;
    boolean untilClose = inBody && body.endsWithConnection() && !tunnel && !broken;
    reading = Reading.CLOSED;
    giveBlockBack();
    ByteBuf rest = takePending();
    ResponseSink sink = stream.sink;
    stream.sink = null;
    if (sink != null && untilClose) {
      ByteBuf last = rest == null ? Unpooled.EMPTY_BUFFER : rest;
      sink.onResponseData(last, true); // the close is the body's end (RFC 9112 6.3, case 8)
    } else {
      if (rest != null) {
        rest.release();
      }
      if (sink != null) {
        boolean cutShort = inBody && !body.endsWithConnection(); // RFC 9112 8
        sink.onResponseReset(
            cutShort ? ResetReason.PROTOCOL_ERROR : ResetReason.CONNECTION_TERMINATION, null);
      }
    }
    out().discard();
    listener.onClosed(this, closeReason);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    broken = true; // a reset is not an orderly end of a body
    super.exceptionCaught(context, cause);
  }
}
