package io.outrigger.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.outrigger.proxy.worker.Worker;

/**
 * Writes frames into one buffer that goes to the channel once a loop turn.
 *
 * <p>Small bodies are copied, so that a turn is one write; large ones go by reference between two
 * buffers. Counts frames that wait for the socket.
 */
final class FrameWriter {
  private static final int COPY_LIMIT = 4096;
  private static final int WRITE_AT = 64 * 1024;

  private final ChannelHandlerContext ctx;
  private final Worker worker;
  private final Runnable flushTask = this::flushScheduled;
  private final Runnable beforeFlush;
  private final byte[] scratch;
  private ByteBuf out;
  private boolean hasOut;
  private int estimate = 1024;
  private boolean scheduled;
  private boolean reading;
  private boolean unflushed;

  /** A frame's head is written, and its body isn't yet. */
  private boolean betweenTwo;

  private int frames;
  private int controlFrames;

  /** A writer that calls {@code beforeFlush} once a turn in which something was scheduled. */
  FrameWriter(ChannelHandlerContext ctx, Worker worker, byte[] scratch, Runnable beforeFlush) {
    assert scratch.length >= COPY_LIMIT;
    this.scratch = scratch;
    this.ctx = ctx;
    this.worker = worker;
    this.beforeFlush = beforeFlush;
    this.out = Unpooled.EMPTY_BUFFER;
  }

  // ---- frames ----

  void data(int streamId, ByteBuf data, boolean endStream) {
    int length = data.readableBytes();
    if (length <= COPY_LIMIT) {
      ByteBuf to = frame(length, Frame.DATA, endStream ? Frame.END_STREAM : 0, streamId, length);
      // by way of an array: between two direct buffers Netty makes views, which are garbage
      data.getBytes(data.readerIndex(), scratch, 0, length);
      to.writeBytes(scratch, 0, length);
      data.release();
    } else {
      frame(length, Frame.DATA, endStream ? Frame.END_STREAM : 0, streamId, 0);
      betweenTwo = true;
      passOut();
      ctx.write(data, ctx.voidPromise());
      betweenTwo = false;
      unflushed = true;
    }
    frames++;
    written();
  }

  /** A block as HEADERS and as many CONTINUATION frames as it takes. */
  void headers(int streamId, byte[] block, int length, boolean endStream) {
    int end = endStream ? Frame.END_STREAM : 0;
    int first = Math.min(length, Frame.MAX_PAYLOAD);
    int flags = first == length ? Frame.END_HEADERS | end : end;
    frame(first, Frame.HEADERS, flags, streamId, first).writeBytes(block, 0, first);
    frames++;
    for (int at = first; at < length; ) {
      int part = Math.min(length - at, Frame.MAX_PAYLOAD);
      flags = at + part == length ? Frame.END_HEADERS : 0;
      frame(part, Frame.CONTINUATION, flags, streamId, part).writeBytes(block, at, part);
      at += part;
      frames++;
    }
    written();
  }

  void reset(int streamId, int code) {
    frame(4, Frame.RST_STREAM, 0, streamId, 4).writeInt(code);
    control();
  }

  void windowUpdate(int streamId, int increment) {
    frame(4, Frame.WINDOW_UPDATE, 0, streamId, 4).writeInt(increment);
    frames++;
    written();
  }

  void ping(long payload, boolean ack) {
    frame(8, Frame.PING, ack ? Frame.ACK : 0, 0, 8).writeLong(payload);
    control();
  }

  void settingsAck() {
    frame(0, Frame.SETTINGS, Frame.ACK, 0, 0);
    control();
  }

  /** SETTINGS of identifier and value pairs. */
  void settings(int... pairs) {
    int length = pairs.length * 3;
    ByteBuf to = frame(length, Frame.SETTINGS, 0, 0, length);
    for (int i = 0; i < pairs.length; i += 2) {
      to.writeShort(pairs[i]).writeInt(pairs[i + 1]);
    }
    written();
  }

  void goAway(int lastStreamId, int code, byte[] debug) {
    int length = 8 + debug.length;
    frame(length, Frame.GOAWAY, 0, 0, length)
        .writeInt(lastStreamId)
        .writeInt(code)
        .writeBytes(debug);
    written();
  }

  void bytes(byte[] raw) {
    room(raw.length).writeBytes(raw);
    written();
  }

  private void control() {
    frames++;
    controlFrames++;
    written();
  }

  private ByteBuf frame(int length, int type, int flags, int streamId, int room) {
    ByteBuf to = room(Frame.HEADER_LENGTH + room);
    to.writeInt(length << 8 | type);
    to.writeByte(flags);
    to.writeInt(streamId);
    return to;
  }

  private ByteBuf room(int length) {
    if (!hasOut) {
      out = ctx.alloc().directBuffer(Math.max(estimate, length));
      hasOut = true;
    }
    return out;
  }

  private void written() {
    if (hasOut && out.readableBytes() >= WRITE_AT) {
      passOut();
      flushNow();
    }
    schedule();
  }

  // ---- flushing ----

  /** Between these two, what is written waits for {@link #readComplete}. */
  void readBegins() {
    reading = true;
  }

  void readComplete() {
    reading = false;
    if (scheduled) {
      scheduled = false;
      beforeFlush.run();
      flush();
    }
  }

  /** Has a flush come at the end of this turn. */
  void schedule() {
    if (!scheduled) {
      scheduled = true;
      if (!reading) {
        worker.atEndOfTurn(flushTask);
      }
    }
  }

  private void flushScheduled() {
    if (betweenTwo) {
      // some channels run tasks while they are written to; data() schedules again
      scheduled = false;
    } else if (scheduled && !reading) {
      scheduled = false;
      beforeFlush.run();
      flush();
    }
  }

  /** Sends what is there to the socket, now. */
  void flush() {
    passOut();
    if (unflushed) {
      flushNow();
    }
  }

  private void flushNow() {
    unflushed = false;
    ctx.flush();
    if (drained()) {
      frames = 0;
      controlFrames = 0;
    }
  }

  private void passOut() {
    if (hasOut) {
      hasOut = false;
      int length = out.readableBytes();
      // follows growth at once and shrinks slowly
      estimate = Math.max(512, Math.max(length + length / 8, estimate - estimate / 16));
      ctx.write(out, ctx.voidPromise());
      unflushed = true;
    }
  }

  private boolean drained() {
    ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
    return buffer == null || buffer.isEmpty();
  }

  /** Whether more frames wait for the socket than allowed, after one more try to send them. */
  boolean framesExceed(int limit) {
    return frames > limit && stillExceeds(limit, false);
  }

  boolean controlFramesExceed(int limit) {
    return controlFrames > limit && stillExceeds(limit, true);
  }

  private boolean stillExceeds(int limit, boolean control) {
    flush();
    return (control ? controlFrames : frames) > limit;
  }

  /** Drops what was not given to the channel. */
  void discard() {
    if (hasOut) {
      hasOut = false;
      out.release();
    }
  }
}
