package io.outrigger.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a connection: DATA and trailers to their sinks, and our windows.
 *
 * <p>Window is given back as data is handed to a sink, so what waits for a paused one is bounded by
 * the stream's window (RFC 9113 section 5.2).
 */
final class Receiver {
  /** Smaller parts of a large buffer are copied when they must wait. */
  private static final int COPY_BELOW = 1024;

  private final Http2Connection connection;
  private int receiveWindow;
  private int unacknowledged;
  private @Nullable Http2Stream dataStream;
  private boolean dataEnds;

  Receiver(Http2Connection connection) {
    this.connection = connection;
    this.receiveWindow =
        Math.max(connection.settings.initialConnectionWindowSize(), Frame.DEFAULT_WINDOW);
  }

  /** Tells the peer of a window larger than the one that each connection begins with. */
  void openWindow() {
    if (receiveWindow > Frame.DEFAULT_WINDOW) {
      connection.writer.windowUpdate(0, receiveWindow - Frame.DEFAULT_WINDOW);
    }
  }

  void onDataBegin(int streamId, int frameLength, int length, boolean endStream) {
    dataStream = null;
    if (!connection.control.settingsSeen() || connection.block.isOpen()) {
      connection.fail(Frame.PROTOCOL_ERROR, "DATA before SETTINGS or within a header block");
      return;
    }
    if (connection.flooded(connection.guard.onPayload(length, endStream))) {
      return;
    }
    if (streamId == 0 || connection.isIdle(streamId)) {
      connection.fail(Frame.PROTOCOL_ERROR, "DATA on idle stream " + streamId);
      return;
    }
    receiveWindow -= frameLength;
    if (receiveWindow < 0) {
      connection.fail(Frame.FLOW_CONTROL_ERROR, "more DATA than the connection's window");
      return;
    }
    Http2Stream stream = connection.streams.get(streamId);
    if (stream == null || stream.remoteEnd || !stream.headersReceived) {
      consumed(frameLength);
      dataOnClosed(stream, streamId);
      return;
    }
    stream.receiveWindow -= frameLength;
    if (stream.receiveWindow < 0) {
      consumed(frameLength);
      connection.resetByUs(stream, Frame.FLOW_CONTROL_ERROR, Http2Connection.VIOLATION);
      return;
    }
    stream.received += length;
    if (stream.contentLength >= 0
        && (stream.received > stream.contentLength
            || endStream && stream.received < stream.contentLength)) {
      consumed(frameLength);
      connection.stats.rxMessagingError.inc(connection.cell);
      connection.resetByUs(stream, Frame.PROTOCOL_ERROR, Http2Connection.VIOLATION);
      return;
    }
    if (frameLength > length) {
      consumed(stream, frameLength - length);
    }
    dataStream = stream;
    dataEnds = endStream;
  }

  private void dataOnClosed(@Nullable Http2Stream stream, int streamId) {
    if (connection.flooded(connection.guard.onIdleFrame())) {
      return;
    }
    if (stream != null) {
      connection.resetByUs(stream, Frame.STREAM_CLOSED, Http2Connection.VIOLATION);
    } else if (!connection.resets.contains(streamId)) {
      connection.resetUnknown(streamId, Frame.STREAM_CLOSED);
    }
  }

  boolean wantsData() {
    return dataStream != null;
  }

  /** A part of the DATA frame that began last. */
  void onData(ByteBuf data, boolean last) {
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
    if (stream.paused > 0 || stream.hasReceived()) {
      stream.addReceived(compact(data));
      return;
    }
    deliver(stream, data);
  }

  /** A small part of a large buffer is copied when it must wait, so that it doesn't hold that. */
  private ByteBuf compact(ByteBuf data) {
    int length = data.readableBytes();
    if (length > COPY_BELOW || length == 0) {
      return data;
    }
    ByteBuf copy = connection.ctx.alloc().directBuffer(length, length).writeBytes(data);
    data.release();
    return copy;
  }

  private void deliver(Http2Stream stream, ByteBuf data) {
    consumed(stream, data.readableBytes());
    boolean end = stream.remoteEnd && !stream.hasReceived() && stream.trailersHeld == null;
    if (end) {
      stream.remoteTold = true;
      connection.closeIfDone(stream);
    }
    stream.tellData(data, end);
  }

  /** Tells what waited while the stream was paused. */
  void deliverHeld(Http2Stream stream) {
    int id = stream.id;
    while (stream.paused == 0 && !stream.closed && stream.id == id) {
      ByteBuf data = stream.takeReceived();
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
        && !stream.hasReceived()) {
      stream.trailersHeld = null;
      deliverTrailers(stream, trailers);
    }
    connection.writer.schedule();
  }

  /** Trailers came whole; behind data that waits they wait too. */
  void onTrailers(Http2Stream stream, Headers trailers) {
    connection.stats.trailers.inc(connection.cell);
    stream.remoteEnd = true;
    if (stream.contentLength >= 0 && stream.received != stream.contentLength) {
      connection.worker.headers().give(trailers);
      connection.stats.rxMessagingError.inc(connection.cell);
      connection.resetByUs(stream, Frame.PROTOCOL_ERROR, Http2Connection.VIOLATION);
    } else if (stream.paused > 0 || stream.hasReceived()) {
      stream.trailersHeld = trailers;
    } else {
      deliverTrailers(stream, trailers);
    }
  }

  private void deliverTrailers(Http2Stream stream, Headers trailers) {
    stream.remoteTold = true;
    connection.closeIfDone(stream);
    stream.tellTrailers(trailers);
  }

  private void consumed(int length) {
    if (connection.isClosed()) {
      return;
    }
    unacknowledged += length;
    if (unacknowledged >= connection.settings.initialConnectionWindowSize() / 2) {
      receiveWindow += unacknowledged;
      connection.writer.windowUpdate(0, unacknowledged);
      unacknowledged = 0;
    }
  }

  private void consumed(Http2Stream stream, int length) {
    consumed(length);
    stream.unacknowledged += length;
    if (stream.unacknowledged >= connection.settings.initialStreamWindowSize() / 2
        && !stream.remoteEnd
        && !connection.isClosed()) {
      stream.receiveWindow += stream.unacknowledged;
      connection.writer.windowUpdate(stream.id, stream.unacknowledged);
      stream.unacknowledged = 0;
    }
  }

  /** Drops what a stream has not been told. */
  void discard(Http2Stream stream) {
    for (ByteBuf data = stream.takeReceived(); data != null; data = stream.takeReceived()) {
      consumed(data.readableBytes());
      data.release();
    }
    Headers trailers = stream.trailersHeld;
    if (trailers != null) {
      stream.trailersHeld = null;
      connection.worker.headers().give(trailers);
    }
    if (dataStream != null && dataStream.id == stream.id) {
      dataStream = null;
    }
  }
}
