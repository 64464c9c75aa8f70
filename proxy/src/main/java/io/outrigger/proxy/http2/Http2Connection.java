package io.outrigger.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http2.hpack.HpackDecoder;
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
  private static final int REMEMBERED_RESETS = 256;

  final Worker worker;
  final Http2Settings settings;
  final Http2Stats stats;
  final int cell;
  final StreamTable streams = new StreamTable();
  final FloodGuard guard;
  final HeaderBlock block;
  final MessageRules rules = new MessageRules();
  private final ControlFrames control;

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
  private int receiveWindow;
  private int unacknowledged;
  private @Nullable Http2Stream dataStream;
  private boolean dataEnds;
  private long turnNanos;
  private boolean reading;
  private int @Nullable [] resets;
  private int resetCount;
  private boolean flushWatched;

  Http2Connection(Worker worker, Http2Settings settings, Http2Stats stats) {
    this.worker = worker;
    this.settings = settings;
    this.stats = stats;
    this.cell = worker.index();
    this.guard = new FloodGuard(settings, stats, cell);
    this.block = new HeaderBlock(settings, worker.headers());
    this.receiveWindow = Math.max(settings.initialConnectionWindowSize(), Frame.DEFAULT_WINDOW);
    this.control = new ControlFrames(this);
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
      if (receiveWindow > Frame.DEFAULT_WINDOW) {
        writer.windowUpdate(0, receiveWindow - Frame.DEFAULT_WINDOW);
      }
      control.startKeepalive();
    }
  }

  @Override
  public final void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (!isReading()) {
      in.release();
      return;
    }
    writer.readBegins();
    reading = true;
    reader.read(in);
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext context) {
    writer.readComplete();
    reading = false;
    turnNanos = 0;
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

  final boolean settingsAcknowledged() {
    return control.settingsAcknowledged();
  }

  final Sender sender() {
    return sender;
  }

  final Workspace workspace() {
    return workspace;
  }

  /** Nanoseconds, read once where many frames are handled in one go. */
  final long nanos() {
    if (!reading) {
      return worker.nanos();
    }
    if (turnNanos == 0) {
      turnNanos = worker.nanos();
    }
    return turnNanos;
  }

  final void pendingBytes(int delta) {
    stats.pendingSendBytes.add(cell, delta);
  }

  final void afterEvents() {
    if (isReading()) {
      sender.tellRoom(streams);
      afterStreams();
    }
  }

  /** Closes the connection where frames pile up that the peer does not read. */
  final void checkOutbound() {
    if (writer.framesExceed(settings.maxOutboundFrames())) {
      stats.outboundFlood.inc(cell);
      fail(Frame.ENHANCE_YOUR_CALM, "http2.outbound_frames_flood");
    } else if (writer.controlFramesExceed(settings.maxOutboundControlFrames())) {
      stats.outboundControlFlood.inc(cell);
      fail(Frame.ENHANCE_YOUR_CALM, "http2.outbound_control_frames_flood");
    }
  }

  // ---- frames ----

  /** A whole frame other than DATA. */
  final void onFrame(int type, int flags, int streamId, ByteBuf payload, int length) {
    if (!control.settingsSeen() && type != Frame.SETTINGS) {
      fail(Frame.PROTOCOL_ERROR, "the first frame is not SETTINGS");
      return;
    }
    if (block.isOpen() && (type != Frame.CONTINUATION || streamId != block.streamId)) {
      fail(Frame.PROTOCOL_ERROR, "a header block is interrupted by another frame");
      return;
    }
    if (type == Frame.HEADERS) {
      headersFrame(flags, streamId, payload, length);
    } else if (type == Frame.CONTINUATION) {
      continuation(flags, streamId, payload, length);
    } else {
      control.onFrame(type, flags, streamId, payload, length);
    }
  }

  private void headersFrame(int flags, int streamId, ByteBuf payload, int frameLength) {
    int length = frameLength;
    int padding = 0;
    int needed = (flags & Frame.PADDED) != 0 ? 1 : 0;
    boolean priority = (flags & Frame.PRIORITY_FLAG) != 0;
    needed += priority ? 5 : 0;
    if (length < needed) {
      fail(Frame.FRAME_SIZE_ERROR, "HEADERS is too short for its flags");
      return;
    }
    if ((flags & Frame.PADDED) != 0) {
      padding = payload.readUnsignedByte();
    }
    int dependency = priority ? payload.readInt() & Integer.MAX_VALUE : -1;
    if (priority) {
      payload.skipBytes(1);
    }
    length -= needed + padding;
    if (length < 0) {
      fail(Frame.PROTOCOL_ERROR, "padding of HEADERS is longer than the frame");
      return;
    }
    if (dependency == streamId) {
      fail(Frame.PROTOCOL_ERROR, "a stream depends on itself");
      return;
    }
    boolean endStream = (flags & Frame.END_STREAM) != 0;
    if (!flooded(guard.onPayload(length, endStream)) && onHeadersBegin(streamId, endStream)) {
      fragment(payload, length, (flags & Frame.END_HEADERS) != 0);
    }
  }

  private void continuation(int flags, int streamId, ByteBuf payload, int length) {
    if (!block.isOpen()) {
      fail(Frame.PROTOCOL_ERROR, "CONTINUATION without HEADERS on stream " + streamId);
    } else if (block.isFlood()) {
      fail(Frame.ENHANCE_YOUR_CALM, "http2.continuation_flood");
    } else if (!flooded(guard.onPayload(length, false))) {
      fragment(payload, length, (flags & Frame.END_HEADERS) != 0);
    }
  }

  private void fragment(ByteBuf payload, int length, boolean endHeaders) {
    String error = block.add(payload, length, endHeaders, workspace);
    if (error != null) {
      fail(Frame.COMPRESSION_ERROR, error);
      return;
    }
    Http2Stream stream = block.stream;
    if (stream == null) {
      return;
    }
    HpackDecoder decoder = block.decoder();
    if (decoder.overflowed()) {
      stats.headerOverflow.inc(cell);
      refuse(
          stream,
          decoder.tooMany() ? "http2.too_many_headers" : "http2.header_list_size_too_large");
    } else if (endHeaders) {
      if (decoder.invalid()) {
        malformed(stream, "http2.invalid.header.field");
      } else {
        onHeaders(stream, block.take(), block.endStream);
      }
    }
  }

  /** A message is beyond a limit: its stream is reset, and the peer isn't to blame. */
  private void refuse(Http2Stream stream, String details) {
    beforeReset(stream);
    resetByUs(stream, Frame.INTERNAL_ERROR, details);
  }

  /** Removes or refuses names with an underscore; false where the stream is reset for one. */
  final boolean underscoresAllowed(Http2Stream stream, Headers headers) {
    if (!block.decoder().underscores()
        || settings.headersWithUnderscores() == Http2Settings.Underscores.ALLOW) {
      return true;
    }
    if (settings.headersWithUnderscores() == Http2Settings.Underscores.REJECT_REQUEST) {
      stats.requestsRejectedWithUnderscoresInHeaders.inc(cell);
      worker.headers().give(headers);
      refuse(stream, "http2.unexpected_underscore");
      return false;
    }
    for (int slot = 0; slot < headers.slots(); slot++) {
      if (headers.isLive(slot) && headers.nameText(slot).indexOf('_') >= 0) {
        headers.removeSlot(slot);
        stats.droppedHeadersWithUnderscores.inc(cell);
      }
    }
    return true;
  }

  // ---- DATA ----

  final void onDataBegin(int streamId, int frameLength, int length, boolean endStream) {
    dataStream = null;
    if (!control.settingsSeen() || block.isOpen()) {
      fail(Frame.PROTOCOL_ERROR, "DATA before SETTINGS or within a header block");
      return;
    }
    if (flooded(guard.onPayload(length, endStream))) {
      return;
    }
    if (streamId == 0 || isIdle(streamId)) {
      fail(Frame.PROTOCOL_ERROR, "DATA on idle stream " + streamId);
      return;
    }
    receiveWindow -= frameLength;
    if (receiveWindow < 0) {
      fail(Frame.FLOW_CONTROL_ERROR, "more DATA than the connection's window");
      return;
    }
    Http2Stream stream = streams.get(streamId);
    if (stream == null || stream.remoteEnd || !stream.headersReceived) {
      consumed(frameLength);
      dataOnClosed(stream, streamId);
      return;
    }
    stream.receiveWindow -= frameLength;
    if (stream.receiveWindow < 0) {
      consumed(frameLength);
      resetByUs(stream, Frame.FLOW_CONTROL_ERROR, VIOLATION);
      return;
    }
    stream.received += length;
    if (stream.contentLength >= 0
        && (stream.received > stream.contentLength
            || endStream && stream.received < stream.contentLength)) {
      consumed(frameLength);
      stats.rxMessagingError.inc(cell);
      resetByUs(stream, Frame.PROTOCOL_ERROR, VIOLATION);
      return;
    }
    if (frameLength > length) {
      consumed(stream, frameLength - length);
    }
    dataStream = stream;
    dataEnds = endStream;
  }

  private void dataOnClosed(@Nullable Http2Stream stream, int streamId) {
    if (flooded(guard.onIdleFrame())) {
      return;
    }
    if (stream != null) {
      resetByUs(stream, Frame.STREAM_CLOSED, VIOLATION);
    } else if (!wasResetByUs(streamId)) {
      resetUnknown(streamId, Frame.STREAM_CLOSED);
    }
  }

  final boolean wantsData() {
    return dataStream != null;
  }

  /** A part of the DATA frame that began last. */
  final void onData(ByteBuf data, boolean last) {
    Http2Stream stream = dataStream;
    if (stream == null) {
      data.release();
      return;
    }
    boolean end = last && dataEnds;
    if (last) {
      dataStream = null;
    }
    if (!end && !data.isReadable()) {
      return;
    }
    stream.remoteEnd |= end;
    if (stream.paused > 0 || !stream.receiveQueue.isEmpty()) {
      stream.receiveQueue.addLast(compact(data));
      return;
    }
    deliver(stream, data);
  }

  /** A small part of a large buffer is copied when it must wait, so that it doesn't hold that. */
  private ByteBuf compact(ByteBuf data) {
    int length = data.readableBytes();
    if (length > 1024 || length == 0) {
      return data;
    }
    ByteBuf copy = ctx.alloc().directBuffer(length, length).writeBytes(data);
    data.release();
    return copy;
  }

  private void deliver(Http2Stream stream, ByteBuf data) {
    consumed(stream, data.readableBytes());
    boolean end = stream.remoteEnd && stream.receiveQueue.isEmpty() && stream.trailersHeld == null;
    if (end) {
      stream.remoteTold = true;
      closeIfDone(stream);
    }
    stream.tellData(data, end);
  }

  /** Tells what waited while the stream was paused. */
  final void deliverHeld(Http2Stream stream) {
    int id = stream.id;
    while (stream.paused == 0 && !stream.closed && stream.id == id) {
      ByteBuf data = stream.receiveQueue.pollFirst();
      if (data == null) {
        break;
      }
      deliver(stream, data);
    }
    Headers trailers = stream.trailersHeld;
    if (trailers != null
        && stream.paused == 0
        && !stream.closed
        && stream.id == id
        && stream.receiveQueue.isEmpty()) {
      stream.trailersHeld = null;
      deliverTrailers(stream, trailers);
    }
    writer.schedule();
  }

  /** Trailers came whole; behind data that waits they wait too. */
  final void onTrailers(Http2Stream stream, Headers trailers) {
    stats.trailers.inc(cell);
    stream.remoteEnd = true;
    if (stream.contentLength >= 0 && stream.received != stream.contentLength) {
      worker.headers().give(trailers);
      stats.rxMessagingError.inc(cell);
      resetByUs(stream, Frame.PROTOCOL_ERROR, VIOLATION);
    } else if (stream.paused > 0 || !stream.receiveQueue.isEmpty()) {
      stream.trailersHeld = trailers;
    } else {
      deliverTrailers(stream, trailers);
    }
  }

  private void deliverTrailers(Http2Stream stream, Headers trailers) {
    stream.remoteTold = true;
    closeIfDone(stream);
    stream.tellTrailers(trailers);
  }

  private void consumed(int length) {
    if (isClosed()) {
      return;
    }
    unacknowledged += length;
    if (unacknowledged >= settings.initialConnectionWindowSize() / 2) {
      receiveWindow += unacknowledged;
      writer.windowUpdate(0, unacknowledged);
      unacknowledged = 0;
    }
  }

  private void consumed(Http2Stream stream, int length) {
    consumed(length);
    stream.unacknowledged += length;
    if (stream.unacknowledged >= settings.initialStreamWindowSize() / 2
        && !stream.remoteEnd
        && !isClosed()) {
      stream.receiveWindow += stream.unacknowledged;
      writer.windowUpdate(stream.id, stream.unacknowledged);
      stream.unacknowledged = 0;
    }
  }

  // ---- ends of streams ----

  final void onLocalSent(Http2Stream stream) {
    if (stream.resetWhenSent < 0 && !stream.remoteEnd && endsWithLocalEnd()) {
      stream.resetWhenSent = Frame.NO_ERROR;
    }
    if (stream.resetWhenSent >= 0) {
      if (!stream.remoteEnd) {
        writeReset(stream, stream.resetWhenSent);
      }
      closeStream(stream);
    } else {
      closeIfDone(stream);
    }
  }

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
    for (ByteBuf data = stream.receiveQueue.pollFirst();
        data != null;
        data = stream.receiveQueue.pollFirst()) {
      consumed(data.readableBytes());
      data.release();
    }
    if (stream.trailersHeld != null) {
      worker.headers().give(stream.trailersHeld);
      stream.trailersHeld = null;
    }
    if (dataStream != null && dataStream.id == stream.id) {
      dataStream = null;
    }
    block.forget(stream);
    streams.remove(stream.id);
    stats.streamsActive.dec(cell);
    guard.onStreamClosed(streams.size());
    onStreamClosed(stream);
    writer.schedule();
    stream.closedNow();
  }

  private void writeReset(Http2Stream stream, int code) {
    stats.txReset.inc(cell);
    resetUnknown(stream.id, code);
  }

  final void resetUnknown(int streamId, int code) {
    int[] memory = resets;
    if (memory == null) {
      memory = new int[REMEMBERED_RESETS];
      resets = memory;
    }
    memory[resetCount++ & (REMEMBERED_RESETS - 1)] = streamId;
    writer.reset(streamId, code);
    checkOutbound();
  }

  final boolean wasResetByUs(int streamId) {
    if (resets != null) {
      for (int id : resets) {
        if (id == streamId) {
          return true;
        }
      }
    }
    return false;
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

  final void watchFlush() {
    long timeout = settings.streamFlushTimeoutMillis();
    if (timeout > 0 && !flushWatched && !isClosed()) {
      flushWatched = true;
      schedule(this::checkFlush, timeout);
    }
  }

  private void checkFlush() {
    flushWatched = false;
    turnNanos = 0;
    long timeout = TimeUnit.MILLISECONDS.toNanos(settings.streamFlushTimeoutMillis());
    streams.forEach(
        stream -> {
          if (stream.localEnd && !stream.localSent && !stream.closed) {
            if (nanos() - stream.flushSince >= timeout) {
              stats.txFlushTimeout.inc(cell);
              writeReset(stream, Frame.CANCEL);
              end(stream, ResetReason.LOCAL_RESET, "http2.tx_flush_timeout");
            } else {
              watchFlush();
            }
          }
        });
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
    block.drop();
    endStreams(reason);
    writer.discard();
    onConnectionClosed(reason, failure);
  }
}
