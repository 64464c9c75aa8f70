package io.outrigger.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http2.hpack.HpackEncoder;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a connection: header blocks, and bodies within the peer's windows.
 *
 * <p>What has no window waits on its stream; streams with something to send stand in a ring and
 * send a frame each in turn, while there is window and the socket takes it (RFC 9113 section 5.2).
 */
final class Sender {
  private static final int COALESCE_BELOW = 1024;
  private static final int COALESCED = 4096;

  private final Http2Connection connection;
  private final ChannelHandlerContext ctx;
  private final FrameWriter writer;
  private final FloodGuard guard;
  private final HpackEncoder encoder;
  private final int limit;
  private int window = Frame.DEFAULT_WINDOW;
  private int initialStreamWindow = Frame.DEFAULT_WINDOW;

  /** Streams that have data and window of their own; the first is the next to send. */
  private @Nullable Http2Stream ring;

  private int waiting;

  Sender(
      Http2Connection connection,
      ChannelHandlerContext ctx,
      FrameWriter writer,
      FloodGuard guard,
      Http2Settings settings) {
    this.connection = connection;
    this.ctx = ctx;
    this.writer = writer;
    this.guard = guard;
    this.encoder = new HpackEncoder(settings.hpackTableSize());
    this.limit = settings.streamBufferLimit();
  }

  int initialStreamWindow() {
    return initialStreamWindow;
  }

  HpackEncoder encoder() {
    return encoder;
  }

  // ---- what streams ask ----

  void headers(Http2Stream stream, Headers headers, boolean endStream) {
    writeBlock(stream.id, headers, endStream);
    if (endStream) {
      stream.localEnd = true;
      sent(stream);
    }
  }

  private void writeBlock(int streamId, Headers headers, boolean endStream) {
    byte[] block = connection.workspace().outgoing(HpackEncoder.bound(headers));
    int length = encoder.encode(headers, block, 0);
    writer.headers(streamId, block, length, endStream);
    checkOutbound();
  }

  void data(Http2Stream stream, ByteBuf data, boolean endStream) {
    int length = data.readableBytes();
    if (stream.localEnd || length == 0 && !endStream) {
      data.release();
      return;
    }
    stream.localEnd = endStream;
    if (stream.sendPending == 0
        && (length == 0
            || length <= stream.sendWindow
                && length <= window
                && length <= Frame.MAX_PAYLOAD
                && ctx.channel().isWritable())) {
      write(stream, data, length, endStream);
      return;
    }
    enqueue(stream, data, length);
    pump();
  }

  void trailers(Http2Stream stream, Headers headers) {
    if (stream.localEnd) {
      return;
    }
    stream.localEnd = true;
    if (stream.sendPending > 0) {
      Headers copy = new Headers(128, 4);
      copy.addAll(headers);
      stream.trailersToSend = copy;
      return;
    }
    writeBlock(stream.id, headers, true);
    sent(stream);
  }

  /** Whether the stream's source may go on; if not, it is told when it may. */
  boolean hasRoom(Http2Stream stream) {
    if (stream.sendPending < limit && ctx.channel().isWritable()) {
      return true;
    }
    if (!stream.waitsForRoom) {
      stream.waitsForRoom = true;
      waiting++;
    }
    return false;
  }

  /** Closes the connection where frames pile up that the peer does not read. */
  void checkOutbound() {
    if (writer.framesExceed(connection.settings.maxOutboundFrames())) {
      connection.stats.outboundFlood.inc(connection.cell);
      connection.fail(Frame.ENHANCE_YOUR_CALM, "http2.outbound_frames_flood");
    } else if (writer.controlFramesExceed(connection.settings.maxOutboundControlFrames())) {
      connection.stats.outboundControlFlood.inc(connection.cell);
      connection.fail(Frame.ENHANCE_YOUR_CALM, "http2.outbound_control_frames_flood");
    }
  }

  // ---- the queues ----

  private void enqueue(Http2Stream stream, ByteBuf data, int length) {
    if (stream.sendPending == 0) {
      stream.flushSince = connection.worker.nanos();
      connection.flushWatch.watch();
    }
    stream.sendPending += length;
    pendingBytes(length);
    ByteBuf tail = stream.tailIsOurs ? stream.lastToSend() : null;
    if (length >= COALESCE_BELOW) {
      stream.tailIsOurs = false;
      stream.addToSend(data);
    } else if (length > 0) {
      if (tail == null || tail.writableBytes() < length) {
        tail = ctx.alloc().directBuffer(COALESCED, COALESCED);
        stream.tailIsOurs = true;
        stream.addToSend(tail);
      }
      tail.writeBytes(data, data.readerIndex(), length);
      data.release();
    } else {
      data.release();
    }
    if (stream.sendWindow > 0) {
      join(stream);
    }
  }

  /** Sends what windows and socket allow, a frame a stream in turn. */
  void pump() {
    while (ring != null && window > 0 && ctx.channel().isWritable()) {
      Http2Stream stream = ring;
      int most = Math.min(Frame.MAX_PAYLOAD, Math.min(stream.sendWindow, window));
      ByteBuf head = stream.firstToSend();
      if (head == null || most <= 0) {
        leave(stream);
        continue;
      }
      int length = head.readableBytes();
      if (length <= most) {
        stream.takeToSend();
        if (stream.firstToSend() == null) {
          stream.tailIsOurs = false;
        }
      } else {
        head = head.readRetainedSlice(most);
        length = most;
      }
      stream.sendPending -= length;
      pendingBytes(-length);
      stream.flushSince = connection.worker.nanos();
      boolean last = stream.sendPending == 0;
      if (last || stream.sendWindow == length) {
        leave(stream);
      } else {
        ring = stream.ringNext;
      }
      Headers trailers = stream.trailersToSend;
      write(stream, head, length, last && stream.localEnd && trailers == null);
      if (last && trailers != null) {
        stream.trailersToSend = null;
        writeBlock(stream.id, trailers, true);
        sent(stream);
      }
    }
  }

  private void write(Http2Stream stream, ByteBuf data, int length, boolean endStream) {
    stream.sendWindow -= length;
    window -= length;
    guard.onDataSent();
    writer.data(stream.id, data, endStream);
    if (endStream) {
      sent(stream);
    }
  }

  private void sent(Http2Stream stream) {
    stream.localSent = true;
    if (stream.resetWhenSent < 0 && !stream.remoteEnd && connection.endsWithLocalEnd()) {
      stream.resetWhenSent = Frame.NO_ERROR;
    }
    if (stream.resetWhenSent < 0) {
      connection.closeIfDone(stream);
      return;
    }
    if (!stream.remoteEnd) {
      connection.writeReset(stream, stream.resetWhenSent);
    }
    connection.closeStream(stream);
  }

  /** Drops what a stream had to send. */
  void discard(Http2Stream stream) {
    leave(stream);
    if (stream.sendPending > 0) {
      pendingBytes(-stream.sendPending);
      stream.sendPending = 0;
    }
    for (ByteBuf data = stream.takeToSend(); data != null; data = stream.takeToSend()) {
      data.release();
    }
    if (stream.waitsForRoom) {
      stream.waitsForRoom = false;
      waiting--;
    }
  }

  private void join(Http2Stream stream) {
    if (stream.inRing) {
      return;
    }
    stream.inRing = true;
    Http2Stream first = ring;
    Http2Stream last = first == null ? null : first.ringPrevious;
    if (first == null || last == null) {
      stream.ringNext = stream;
      stream.ringPrevious = stream;
      ring = stream;
      return;
    }
    stream.ringNext = first;
    stream.ringPrevious = last;
    last.ringNext = stream;
    first.ringPrevious = stream;
  }

  private void leave(Http2Stream stream) {
    if (!stream.inRing) {
      return;
    }
    Http2Stream next = stream.ringNext;
    Http2Stream previous = stream.ringPrevious;
    stream.inRing = false;
    stream.ringNext = null;
    stream.ringPrevious = null;
    if (next == null || previous == null || stream.id == next.id) {
      ring = null;
      return;
    }
    previous.ringNext = next;
    next.ringPrevious = previous;
    if (ring != null && ring.id == stream.id) {
      ring = next;
    }
  }

  private void pendingBytes(int delta) {
    connection.stats.pendingSendBytes.add(connection.cell, delta);
  }

  // ---- what the peer allows ----

  /** More window for the connection; false where it is more than there can be. */
  boolean growWindow(int increment) {
    long grown = (long) window + increment;
    if (grown > Frame.MAX_WINDOW) {
      return false;
    }
    window = (int) grown;
    pump();
    return true;
  }

  boolean growWindow(Http2Stream stream, int increment) {
    long grown = (long) stream.sendWindow + increment;
    if (grown > Frame.MAX_WINDOW) {
      return false;
    }
    stream.sendWindow = (int) grown;
    if (stream.sendPending > 0 && grown > 0) {
      // sent before the flush; so after the SETTINGS ACK, where a setting is why
      join(stream);
      writer.schedule();
    }
    return true;
  }

  /** SETTINGS_INITIAL_WINDOW_SIZE moves the window of every stream (RFC 9113 section 6.9.2). */
  boolean initialStreamWindow(int size, StreamTable streams) {
    int delta = size - initialStreamWindow;
    initialStreamWindow = size;
    boolean[] overflow = new boolean[1];
    streams.forEach(stream -> overflow[0] |= !growWindow(stream, delta));
    return !overflow[0];
  }

  /** Tells the sources that wait that they may go on. */
  void tellRoom(StreamTable streams) {
    if (waiting == 0 || !ctx.channel().isWritable()) {
      return;
    }
    streams.forEach(
        stream -> {
          if (stream.waitsForRoom && stream.sendPending <= limit / 2) {
            stream.waitsForRoom = false;
            waiting--;
            stream.tellWritable();
          }
        });
  }
}
