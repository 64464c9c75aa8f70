package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.stream.RequestSink;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ServerConnection;
import io.outrigger.proxy.stream.StreamAcceptor;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server side of an HTTP/1 connection, as the last handler of its channel.
 *
 * <p>One request at a time: bytes of the next one wait until the response has ended, so pipelined
 * requests are answered in order. Owned by the channel's worker.
 */
public final class Http1ServerConnection extends ChannelInboundHandlerAdapter
    implements ServerConnection {
  private static final String REMOTE_CLOSE = "downstream_remote_disconnect";
  private static final String LOCAL_CLOSE = "downstream_local_disconnect";

  private enum Reading {
    IDLE,
    HEAD,
    BODY,
    TRAILERS,
    /** The request is whole; what comes now waits. */
    WHOLE,
    /** What comes is thrown away. */
    CLOSING
  }

  private final Worker worker;
  private final Http1Settings settings;
  private final StreamAcceptor acceptor;
  private final Listener listener;
  private final LineReader lines = new LineReader();
  private final MessageHead head;
  private final RequestLine requestLine;
  private final BodyReader body = new BodyReader();
  private final Http1ServerStream stream;
  private final Timeout timer;
  private @Nullable ChannelHandlerContext ctx;
  private @Nullable OutBuffer out;
  private @Nullable Headers block;
  private @Nullable ByteBuf pending;
  private Reading reading = Reading.IDLE;
  private boolean firstLine;
  private boolean dispatching;
  private boolean draining;
  private String closeDetails = "";

  public Http1ServerConnection(
      Worker worker, Http1Settings settings, StreamAcceptor acceptor, Listener listener) {
    this.worker = worker;
    this.settings = settings;
    this.acceptor = acceptor;
    this.listener = listener;
    this.head = new MessageHead(settings, true);
    this.requestLine = new RequestLine(settings);
    this.stream = new Http1ServerStream(this, settings);
    this.timer = new Timeout(worker.timers(), this::onTimer);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
    out = new OutBuffer(worker, context, listener::onWritten);
    int high = settings.bufferLimit();
    context.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(high / 2, high));
  }

  private Channel channel() {
    assert ctx != null;
    return ctx.channel();
  }

  OutBuffer out() {
    assert out != null;
    return out;
  }

  // ---- reading ----

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    assert worker.inLoop();
    ByteBuf in = (ByteBuf) message;
    listener.onRead(in.readableBytes());
    if (reading == Reading.CLOSING) {
      in.release();
      return;
    }
    ByteBuf before = pending;
    if (before == null) {
      pending = in;
    } else {
      ByteBuf joined = context.alloc().buffer(before.readableBytes() + in.readableBytes());
      pending = joined.writeBytes(before).writeBytes(in);
      before.release();
      in.release();
    }
    dispatch();
  }

  private void dispatch() {
    if (dispatching) {
      return;
    }
    dispatching = true;
    try {
      ByteBuf in = pending;
      while (in != null && in.isReadable() && stream.pauses == 0 && step(in)) {
        in = pending;
      }
    } finally {
      dispatching = false;
    }
    ByteBuf rest = pending;
    if (rest != null && (!rest.isReadable() || reading == Reading.CLOSING)) {
      pending = null;
      rest.release();
    }
    boolean waiting = pending != null;
    if (waiting == channel().config().isAutoRead()) {
      channel().config().setAutoRead(!waiting);
    }
  }

  /** Reads one thing; false where the bytes must wait. */
  private boolean step(ByteBuf in) {
    switch (reading) {
      case IDLE -> beginHead();
      case HEAD -> readHead(in);
      case BODY -> readBody(in);
      case TRAILERS -> readTrailers(in);
      case WHOLE, CLOSING -> {
        return false;
      }
    }
    return true;
  }

  private void beginHead() {
    Headers headers = worker.headers().take();
    block = headers;
    stream.begin();
    RequestLine.begin(headers);
    head.begin(headers);
    lines.begin(headers);
    firstLine = true;
    reading = Reading.HEAD;
    if (settings.headersTimeoutMillis() > 0) {
      timer.arm(TimeUnit.MILLISECONDS.toNanos(settings.headersTimeoutMillis()));
    }
  }

  private void readHead(ByteBuf in) {
    while (lines.readLine(in)) {
      if (lines.length() > settings.maxHeadersBytes()) {
        reject(Http1Error.HEADERS_TOO_LARGE);
        return;
      }
      boolean blank = lines.start() == lines.end();
      Http1Error error = null;
      if (firstLine) {
        if (!blank) { // RFC 9112 2.2: blank lines before a request line are skipped
          firstLine = false;
          error = requestLine.read(head, lines.start(), lines.end());
        }
      } else if (blank) {
        lines.finish(in);
        onHead();
        return;
      } else {
        error = head.field(lines.start(), lines.end());
      }
      if (error != null) {
        reject(error);
        return;
      }
    }
    if (lines.length() > settings.maxHeadersBytes()) {
      reject(Http1Error.HEADERS_TOO_LARGE);
    }
  }

  private void onHead() {
    timer.cancel();
    Headers headers = block;
    assert headers != null;
    requestLine.finish(headers);
    stream.http10 = head.http10;
    stream.connect = requestLine.connect;
    stream.headRequest = headers.valueEquals(RequestLine.METHOD_SLOT, HEAD);
    stream.keepAliveAsked = head.connectionKeepAlive;
    stream.closeAfter = head.connectionClose || (head.http10 && !head.connectionKeepAlive);
    if (head.hosts == 0 && head.authoritySlot != MessageHead.NO_SLOT) {
      if (head.http10 && !settings.defaultHostForHttp10().isEmpty()) {
        headers.set(HeaderName.AUTHORITY, settings.defaultHostForHttp10());
      } else {
        headers.removeSlot(head.authoritySlot);
      }
    }
    Http1Error error = framing(headers);
    if (error != null) {
      reject(error);
      return;
    }
    RequestSink sink = acceptor.accept(stream);
    stream.sink = sink;
    block = null;
    stream.mayUpgrade = head.connectionUpgrade && head.upgradeSlot != MessageHead.NO_SLOT;
    boolean whole = body.ended();
    if (whole) {
      wholeRequest();
    } else {
      reading = Reading.BODY;
    }
    sink.onRequestHeaders(headers, whole);
    stream.mayUpgrade = false;
  }

  /** What comes after the head is passed on without framing, from now on to the close. */
  void onUpgradeAccepted() {
    stream.requestEnded = false;
    reading = Reading.BODY;
    body.untilClose();
  }

  private static final byte[] HEAD = {'H', 'E', 'A', 'D'};

  /** How the body is told from what follows it (RFC 9112 6.3). */
  private @Nullable Http1Error framing(Headers headers) {
    if (requestLine.connect) {
      if (head.transferEncodingSlot != MessageHead.NO_SLOT) {
        return Http1Error.TRANSFER_ENCODING_NOT_ALLOWED;
      }
      if (head.contentLength > 0) {
        return Http1Error.LENGTH_NOT_ALLOWED;
      }
      body.untilClose();
      return null;
    }
    if (head.otherTransferEncoding) {
      return Http1Error.INVALID_TRANSFER_ENCODING;
    }
    if (head.chunked) {
      if (head.http10) {
        return Http1Error.TRANSFER_ENCODING_NOT_ALLOWED;
      }
      if (head.contentLength != MessageHead.NO_LENGTH) {
        if (!settings.allowChunkedLength()) {
          return Http1Error.LENGTH_AND_CHUNKED;
        }
        headers.removeSlot(head.lengthSlot);
      }
      headers.removeSlot(head.transferEncodingSlot);
      body.chunked();
    } else if (head.contentLength > 0) {
      body.length(head.contentLength);
    } else {
      body.none();
    }
    return null;
  }

  private void wholeRequest() {
    stream.requestEnded = true;
    reading = Reading.WHOLE;
  }

  private void readBody(ByteBuf in) {
    ByteBuf part = body.read(in);
    RequestSink sink = stream.sink;
    if (part != null) {
      boolean end = body.ended();
      if (end) {
        wholeRequest();
      }
      if (sink == null) {
        part.release();
      } else {
        sink.onRequestData(part, end);
      }
    } else if (body.failed()) {
      reject(Http1Error.MALFORMED);
    } else if (body.atTrailers()) {
      Headers trailers = worker.headers().take();
      block = trailers;
      head.begin(trailers);
      lines.begin(trailers);
      reading = Reading.TRAILERS;
    }
  }

  private void readTrailers(ByteBuf in) {
    while (lines.readLine(in)) {
      Http1Error error;
      if (lines.length() > settings.maxHeadersBytes()) {
        error = Http1Error.HEADERS_TOO_LARGE;
      } else if (lines.start() == lines.end()) {
        lines.finish(in);
        onTrailers();
        return;
      } else {
        error = head.field(lines.start(), lines.end());
      }
      if (error != null) {
        reject(error);
        return;
      }
    }
    if (lines.length() > settings.maxHeadersBytes()) {
      reject(Http1Error.HEADERS_TOO_LARGE);
    }
  }

  private void onTrailers() {
    Headers trailers = block;
    assert trailers != null;
    block = null;
    RequestSink sink = stream.sink;
    wholeRequest();
    if (sink != null && settings.enableTrailers() && trailers.size() > 0) {
      sink.onRequestTrailers(trailers);
      return;
    }
    worker.headers().give(trailers);
    if (sink != null) {
      sink.onRequestData(Unpooled.EMPTY_BUFFER, true);
    }
  }

  /** Answers a request that breaks a rule, and ends the connection. */
  private void reject(Http1Error error) {
    timer.cancel();
    reading = Reading.CLOSING;
    giveBlockBack();
    closeDetails = error.details();
    stream.closeAfter = true;
    RequestSink sink = stream.sink;
    if (sink == null && !stream.responseStarted) {
      sink = acceptor.accept(stream);
      stream.sink = sink;
    }
    if (sink == null) {
      close();
    } else {
      sink.onRequestRejected(error.status(), error.body(), error.details());
    }
  }

  private void giveBlockBack() {
    Headers headers = block;
    block = null;
    if (headers != null) {
      worker.headers().give(headers);
    }
  }

  // ---- what the stream asks for ----

  void onResponseEnded() {
    if (reading == Reading.CLOSING || stream.closeAfter || !stream.requestEnded || draining) {
      boolean whole = stream.requestEnded;
      reading = Reading.CLOSING;
      if (whole) {
        out().flushAndClose();
      } else { // RFC 9112 9.6: a close with bytes unread may take the response from the client
        out().flushAndShutdownOutput();
        timer.arm(TimeUnit.MILLISECONDS.toNanos(settings.delayedCloseMillis()));
        channel().config().setAutoRead(true);
      }
    } else {
      nextRequest();
    }
  }

  private void nextRequest() {
    stream.sink = null;
    stream.pauses = 0;
    reading = Reading.IDLE;
    if (pending != null && !dispatching) {
      worker.loop().execute(this::dispatch);
    }
  }

  void resetStream() {
    reading = Reading.CLOSING;
    timer.cancel();
    out().flushAndClose();
  }

  boolean isClosing() {
    return !channel().isActive();
  }

  boolean isDraining() {
    return draining;
  }

  boolean isWritable() {
    return channel().isWritable();
  }

  void resumeReading() {
    if (!dispatching) {
      worker.loop().execute(this::dispatch);
    }
  }

  private void onTimer() {
    if (reading == Reading.HEAD) {
      reject(Http1Error.HEADER_TIMEOUT);
    } else {
      closeDetails = closeDetails.isEmpty() ? "triggered_delayed_close_timeout" : closeDetails;
      channel().close();
    }
  }

  // ---- the channel ----

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    RequestSink sink = stream.sink;
    if (sink != null && context.channel().isWritable() && !stream.responseEnded) {
      sink.onResponseWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    timer.cancel();
    boolean remote = reading != Reading.CLOSING;
    reading = Reading.CLOSING;
    giveBlockBack();
    ByteBuf rest = pending;
    if (rest != null && !dispatching) {
      pending = null;
      rest.release();
    }
    RequestSink sink = stream.sink;
    stream.sink = null;
    if (sink != null && !stream.responseEnded) {
      sink.onRequestReset(ResetReason.CONNECTION_TERMINATION, remote ? REMOTE_CLOSE : LOCAL_CLOSE);
    }
    out().discard();
    listener.onClosed(this, closeDetails);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      Log.HTTP.error("a bug on an HTTP/1 connection, which is closed", cause);
    }
    context.close();
  }

  @Override
  public void drain() {
    draining = true;
    if (reading == Reading.IDLE) {
      close();
    }
  }

  @Override
  public int activeStreams() {
    return stream.sink != null && !stream.responseEnded ? 1 : 0;
  }

  @Override
  public void close() {
    reading = Reading.CLOSING;
    out().flushAndClose();
  }

  /** Hears of a connection's end, on the worker. */
  public interface Listener {
    /**
     * The connection is closed; its stream has been told before. {@code details} is what
     * %CONNECTION_TERMINATION_DETAILS% prints, or empty where the end was orderly.
     */
    void onClosed(Http1ServerConnection connection, String details);

    default void onRead(int bytes) {}

    default void onWritten(int bytes) {}
  }
}
