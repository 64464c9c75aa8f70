package io.outrigger.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of an HTTP/2 connection do: frames in, windows, settings, errors and the end.
 *
 * <p>Runs on the worker alone. After a call to a sink nothing of a stream is touched, since the
 * call may have ended it and put it to new use.
 */
abstract sealed class Http2Connection extends ChannelInboundHandlerAdapter
    permits Http2ServerConnection, Http2ClientConnection {
  static final String VIOLATION = "http2.violation.of.messaging.rule";

  final Worker worker;
  final Http2Settings settings;

  /** When bytes came last; kept where a silent peer is to be asked whether it is there. */
  private long lastReceived;

  final Http2Stats stats;
  final int cell;
  final StreamTable streams = new StreamTable();
  final FloodGuard guard;
  final HeaderBlock block;
  final MessageRules rules = new MessageRules();
  final Receiver receiver;
  final FlushWatch flushWatch;
  final ControlFrames control;
  final HeaderFrames headerFrames;
  final ResetMemory resets = new ResetMemory();

  @SuppressWarnings("NullAway.Init") // set by handlerAdded, before any event
  ChannelHandlerContext ctx;

  @SuppressWarnings("NullAway.Init")
  FrameWriter writer;

  @SuppressWarnings("NullAway.Init")
  private FrameReader reader;

  @SuppressWarnings("NullAway.Init")
  private Sender sender;

  @SuppressWarnings("NullAway.Init")
  private Workspace workspace;

  private boolean started;
  private boolean failed;
  private boolean closed;
  private String failure = "";

  Http2Connection(Worker worker, Http2Settings settings, Http2Stats stats) {
    this.worker = worker;
    this.settings = settings;
    this.stats = stats;
    this.cell = worker.index();
    this.guard = new FloodGuard(settings, stats, cell);
    this.block = new HeaderBlock(settings, worker.headers());
    this.control = new ControlFrames(this);
    this.headerFrames = new HeaderFrames(this);
    this.receiver = new Receiver(this);
    this.flushWatch = new FlushWatch(this);
  }

  // ---- what differs by side ----

  /** The bytes that the peer sends first. */
  abstract byte[] expectedPreface();

  /** Sends the preface, if any, and SETTINGS. */
  abstract void sendPreface();

  /** HEADERS came whole as a frame; decides what the block belongs to, and begins it. */
  abstract boolean onHeadersBegin(int streamId, boolean endStream);

  /** A block is decoded and within its limits. */
  abstract void onHeaders(Http2Stream stream, Headers headers, boolean endStream);

  abstract void onPeerReset(Http2Stream stream, int code);

  abstract void onGoAway(int lastStreamId, int code);

  abstract void onPeerMaxConcurrentStreams(long max);

  /** Whether this stream of ours or the peer's was never opened. */
  abstract boolean isIdle(int streamId);

  abstract int lastPeerStreamId();

  /** A stream is out of the table. */
  abstract void onStreamClosed(Http2Stream stream);

  /** Events of a frame or of a turn are over: tell of room, and finish a drain. */
  abstract void afterStreams();

  abstract void onConnectionClosed(ResetReason reason, String details);

  void onPingAck(long payload) {}

  /** Whether a stream is over when we have sent all, though the peer has not. */
  boolean endsWithLocalEnd() {
    return false;
  }

  /** A message is refused, perhaps before there is anyone who would hear of it. */
  void beforeReset(Http2Stream stream) {}

  // ---- the channel ----

  @Override
  public final void handlerAdded(ChannelHandlerContext context) {
    assert worker.inLoop();
    ctx = context;
    workspace = Workspace.current();
    writer = new FrameWriter(context, worker, workspace.copying(), this::beforeFlush);
    sender = new Sender(this, context, writer, guard, settings);
    reader = new FrameReader(this, context.alloc(), expectedPreface());
    int high = Math.max(2, settings.streamBufferLimit());
    context.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(high / 2, high));
    if (context.channel().isActive()) {
      start();
    }
  }

  @Override
  public final void channelActive(ChannelHandlerContext context) {
    start();
  }

  private void start() {
    if (!started) {
      started = true;
      sendPreface();
      receiver.openWindow();
      lastReceived = worker.nanos();
      control.startKeepalive();
    }
  }

  /** A stream is to be opened: whether the peer is still there may have to be asked first. */
  final void beforeStream() {
    if (settings.keepaliveIdleMillis() > 0) {
      control.checkIdle(worker.nanos() - lastReceived);
    }
  }

  @Override
  public final void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (!isReading()) {
      in.release();
      return;
    }
    if (settings.keepaliveIdleMillis() > 0) {
      lastReceived = worker.nanos();
    }
    writer.readBegins();
    try {
      reader.read(in);
    } finally {
      worker.eventsEnded();
    }
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext context) {
    writer.readComplete();
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext context) {
    writer.schedule();
  }

  @Override
  public final void channelInactive(ChannelHandlerContext context) {
    ended(failed ? ResetReason.PROTOCOL_ERROR : ResetReason.CONNECTION_TERMINATION);
  }

  @Override
  public final void handlerRemoved(ChannelHandlerContext context) {
    ended(ResetReason.CONNECTION_TERMINATION);
    reader.close();
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (failure.isEmpty()) {
      String message = cause.getMessage();
      failure = message == null ? cause.getClass().getSimpleName() : message;
    }
    context.close();
  }

  private void beforeFlush() {
    if (isReading()) {
      sender.pump();
      afterEvents();
    }
  }

  // ---- for reader, sender and streams ----

  final boolean isReading() {
    return !failed && !closed;
  }

  final boolean isClosed() {
    return closed || failed;
  }

  final Sender sender() {
    return sender;
  }

  final Workspace workspace() {
    return workspace;
  }

  final void afterEvents() {
    if (isReading()) {
      sender.tellRoom(streams);
      afterStreams();
    }
  }

  // ---- frames ----

  /** A whole frame other than DATA. */
  final void onFrame(int type, int flags, int streamId, ByteBuf payload, int length) {
    if (block.isOpen() && (type != Frame.CONTINUATION || streamId != block.streamId)) {
      fail(Frame.PROTOCOL_ERROR, "a header block is interrupted by another frame");
      return;
    }
    if (type == Frame.HEADERS) {
      headerFrames.headers(flags, streamId, payload, length);
    } else if (type == Frame.CONTINUATION) {
      headerFrames.continuation(flags, streamId, payload, length);
    } else {
      control.onFrame(type, flags, streamId, payload, length);
    }
  }

  // ---- ends of streams ----

  final void closeIfDone(Http2Stream stream) {
    if (stream.localSent && stream.remoteTold && !stream.closed) {
      closeStream(stream);
    }
  }

  final void closeStream(Http2Stream stream) {
    if (stream.closed) {
      return;
    }
    sender.discard(stream);
    receiver.discard(stream);
    block.forget(stream);
    streams.remove(stream.id);
    stats.streamsActive.dec(cell);
    guard.onStreamClosed(streams.size());
    onStreamClosed(stream);
    writer.schedule();
    stream.closedNow();
  }

  final void writeReset(Http2Stream stream, int code) {
    stats.txReset.inc(cell);
    resetUnknown(stream.id, code);
  }

  /** Resets a stream that is not in the table, and remembers that. */
  final void resetUnknown(int streamId, int code) {
    resets.add(streamId);
    writer.reset(streamId, code);
    sender.checkOutbound();
  }

  /** The stream's user gives it up. */
  final void resetByUser(Http2Stream stream, int code) {
    if (stream.closed) {
      return;
    }
    writeReset(stream, code);
    closeStream(stream);
  }

  /** The peer broke a rule on one stream: reset it and tell its sink. */
  void resetByUs(Http2Stream stream, int code, String details) {
    writeReset(stream, code);
    end(stream, ResetReason.PROTOCOL_ERROR, details);
  }

  /** Takes a stream out and tells its sink why, unless all was told already. */
  final void end(Http2Stream stream, ResetReason reason, String details) {
    boolean tell = !stream.isSettled();
    closeStream(stream);
    if (tell) {
      stream.tellReset(reason, details);
    }
  }

  /** A message broke a rule: by Envoy's default the connection is closed for it. */
  final void malformed(Http2Stream stream, String details) {
    stats.rxMessagingError.inc(cell);
    beforeReset(stream);
    if (settings.streamErrorOnInvalidHttpMessage()) {
      resetByUs(stream, Frame.PROTOCOL_ERROR, details);
    } else {
      fail(Frame.PROTOCOL_ERROR, details);
    }
  }

  final Future<?> schedule(Runnable task, long millis) {
    return worker.loop().schedule(task, millis, TimeUnit.MILLISECONDS);
  }

  // ---- the end of the connection ----

  /** Whether a flood was found; then the connection is closed. */
  final boolean flooded(@Nullable String details) {
    if (details != null) {
      fail(Frame.ENHANCE_YOUR_CALM, details);
    }
    return details != null;
  }

  /** A connection error: GOAWAY, and after the peer had time to read that, the close. */
  final void fail(int code, String details) {
    if (isClosed()) {
      return;
    }
    failure = details;
    byte[] debug = details.getBytes(StandardCharsets.ISO_8859_1);
    stats.goawaySent.inc(cell);
    writer.goAway(lastPeerStreamId(), code, debug);
    writer.flush();
    failed = true;
    endStreams(ResetReason.PROTOCOL_ERROR);
    if (ctx.channel().isActive()) {
      schedule(ctx::close, settings.delayedCloseMillis());
    }
  }

  /** Closes at once, what is written before it. */
  final void closeNow() {
    if (!closed) {
      writer.flush();
      ended(ResetReason.CONNECTION_TERMINATION);
      ctx.close();
    }
  }

  /** An orderly close: all streams are done. */
  final void closeAfterFlush(String details) {
    failure = details;
    closeNow();
  }

  private void endStreams(ResetReason reason) {
    String details =
        failure.isEmpty()
            ? "downstream_remote_disconnect"
            : failed && !failure.startsWith("http2.") ? "codec_error:" + failure : failure;
    streams.forEach(
        stream -> {
          if (!stream.closed && !stream.outlivesConnection()) {
            end(stream, reason, details);
          }
        });
  }

  private void ended(ResetReason reason) {
    if (closed) {
      return;
    }
    closed = true;
    control.stop();
    flushWatch.stop();
    block.drop();
    endStreams(reason);
    writer.discard();
    onConnectionClosed(reason, failure);
  }
}
