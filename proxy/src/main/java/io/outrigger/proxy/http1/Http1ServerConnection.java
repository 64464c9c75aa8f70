package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stream.RequestSink;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ServerConnection;
import io.outrigger.proxy.stream.StreamAcceptor;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server side of an HTTP/1 connection, as the last handler of its channel.
 *
 * <p>One request at a time: bytes of the next one wait until the response has ended, so pipelined
 * requests are answered in order. Owned by the channel's worker.
 */
public final class Http1ServerConnection extends Http1Connection implements ServerConnection {
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

  private final StreamAcceptor acceptor;
  private final Listener listener;
  private final RequestLine requestLine;
  private final Http1ServerStream stream;
  private final Timeout timer;
  private Reading reading = Reading.IDLE;
  private boolean draining;
  private String closeDetails = "";

  public Http1ServerConnection(
      Worker worker, Http1Settings settings, StreamAcceptor acceptor, Listener listener) {
    super(worker, settings, true);
    this.acceptor = acceptor;
    this.listener = listener;
    this.requestLine = new RequestLine(settings);
    this.stream = new Http1ServerStream(this, settings);
    this.timer = new Timeout(worker.timers(), this::onTimer);
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
    accept(context, in);
  }

  @Override
  boolean step(ByteBuf in) {
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
    head.beginHead(headers);
    lines.begin(headers);
    firstLine = true;
    reading = Reading.HEAD;
    if (settings.headersTimeoutMillis() > 0) {
      timer.arm(TimeUnit.MILLISECONDS.toNanos(settings.headersTimeoutMillis()));
    }
  }

  private void readHead(ByteBuf in) {
    while (lines.readLine(in)) {
      if (isHeadTooLarge()) {
        refuse(Http1Error.HEADERS_TOO_LARGE);
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
        refuse(error);
        return;
      }
    }
    if (isHeadTooLarge()) {
      refuse(Http1Error.HEADERS_TOO_LARGE);
    }
  }

  private void onHead() {
    timer.disarm();
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
      refuse(error);
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
      refuse(Http1Error.MALFORMED);
    } else if (body.atTrailers()) {
      beginTrailers();
      reading = Reading.TRAILERS;
    }
  }

  @Override
  void onTrailers(ByteBuf in) {
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
  @Override
  void refuse(Http1Error error) {
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
    if (pending != null) {
      readOn();
    }
  }

  void resetStream() {
    reading = Reading.CLOSING;
    timer.cancel();
    out().flushAndClose();
  }

  @Override
  boolean isPaused() {
    return stream.pauses > 0;
  }

  @Override
  boolean discardsInput() {
    return reading == Reading.CLOSING;
  }

  @Override
  void onWritten(int bytes) {
    listener.onWritten(bytes);
  }

  boolean isClosing() {
    return !channel().isActive();
  }

  boolean isDraining() {
    return draining;
  }

  private void onTimer() {
    if (reading == Reading.HEAD) {
      refuse(settings.wholeTimeout() ? Http1Error.REQUEST_TIMEOUT : Http1Error.HEADER_TIMEOUT);
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
    ByteBuf rest = takePending();
    if (rest != null) {
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
