package io.outrigger.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a channel reads into frames, in place.
 *
 * <p>DATA is passed on as it comes; other frames are passed when they are whole. Only the begin of
 * a frame that a read cut off is copied.
 */
final class FrameReader {
  private final Http2Connection connection;
  private final ByteBufAllocator alloc;
  private byte[] preface;
  private int prefaceSeen;
  private @Nullable ByteBuf partial;
  private boolean inData;
  private int dataLeft;
  private int padLeft;

  /** A reader that expects these bytes first. */
  FrameReader(Http2Connection connection, ByteBufAllocator alloc, byte[] preface) {
    this.connection = connection;
    this.alloc = alloc;
    this.preface = preface;
  }

  /** Takes what was read, ownership with it. */
  void read(ByteBuf in) {
    try {
      if (prefaceSeen < preface.length && !readPreface(in)) {
        return;
      }
      if (partial != null && !completePartial(partial, in)) {
        return;
      }
      parse(in);
      if (connection.isReading() && in.isReadable()) {
        partial = alloc.buffer(Math.max(64, in.readableBytes())).writeBytes(in);
      }
    } finally {
      in.release();
    }
  }

  void close() {
    if (partial != null) {
      partial.release();
      partial = null;
    }
  }

  private boolean readPreface(ByteBuf in) {
    while (in.isReadable() && prefaceSeen < preface.length) {
      if (in.readByte() != preface[prefaceSeen++]) {
        connection.fail(Frame.PROTOCOL_ERROR, "the connection preface is not HTTP/2's");
        return false;
      }
    }
    return prefaceSeen == preface.length;
  }

  /** Fills up the one frame that was cut off, and handles it. */
  private boolean completePartial(ByteBuf begin, ByteBuf in) {
    for (int missing = missing(begin); missing > 0; missing = missing(begin)) {
      if (!in.isReadable()) {
        return false;
      }
      begin.writeBytes(in, Math.min(missing, in.readableBytes()));
    }
    partial = null;
    try {
      parse(begin);
    } finally {
      begin.release();
    }
    return connection.isReading();
  }

  private static int missing(ByteBuf begin) {
    int have = begin.readableBytes();
    if (have < Frame.HEADER_LENGTH) {
      return Frame.HEADER_LENGTH - have;
    }
    int at = begin.readerIndex();
    int length = begin.getInt(at) >>> 8;
    if (length > Frame.MAX_PAYLOAD) {
      return 0;
    }
    if (begin.getByte(at + 3) == Frame.DATA) {
      boolean padded = (begin.getByte(at + 4) & Frame.PADDED) != 0 && length > 0;
      return Frame.HEADER_LENGTH + (padded ? 1 : 0) - have;
    }
    return Frame.HEADER_LENGTH + length - have;
  }

  private void parse(ByteBuf in) {
    if (inData) {
      connection.worker.eventBegins();
    }
    while (connection.isReading()) {
      if (inData) {
        if (!continueData(in)) {
          return;
        }
      } else if (!frame(in)) {
        return;
      }
    }
  }

  /** Handles one frame; false where it isn't all there. */
  private boolean frame(ByteBuf in) {
    int readable = in.readableBytes();
    if (readable < Frame.HEADER_LENGTH) {
      return false;
    }
    connection.worker.eventBegins();
    int at = in.readerIndex();
    int lengthAndType = in.getInt(at);
    int length = lengthAndType >>> 8;
    int type = lengthAndType & 0xff;
    int flags = in.getByte(at + 4);
    int streamId = in.getInt(at + 5) & Integer.MAX_VALUE;
    if (length > Frame.MAX_PAYLOAD) {
      connection.fail(
          Frame.FRAME_SIZE_ERROR, "a frame of " + length + " bytes is longer than allowed");
      return false;
    }
    if (type != Frame.SETTINGS && !connection.control.settingsSeen()) {
      connection.fail(Frame.PROTOCOL_ERROR, "the first frame is not SETTINGS"); // RFC 9113 3.4
      return false;
    }
    if (type == Frame.DATA) {
      return beginData(in, readable, length, flags, streamId);
    }
    if (readable < Frame.HEADER_LENGTH + length) {
      return false;
    }
    int end = at + Frame.HEADER_LENGTH + length;
    in.readerIndex(at + Frame.HEADER_LENGTH);
    connection.onFrame(type, flags, streamId, in, length);
    in.readerIndex(end);
    connection.afterEvents();
    return true;
  }

  private boolean beginData(ByteBuf in, int readable, int length, int flags, int streamId) {
    int padding = 0;
    int prefix = 0;
    if ((flags & Frame.PADDED) != 0) {
      if (length == 0) {
        connection.fail(Frame.FRAME_SIZE_ERROR, "a padded DATA frame without a pad length");
        return false;
      }
      if (readable < Frame.HEADER_LENGTH + 1) {
        return false;
      }
      padding = in.getUnsignedByte(in.readerIndex() + Frame.HEADER_LENGTH);
      prefix = 1;
      if (padding >= length) {
        connection.fail(Frame.PROTOCOL_ERROR, "padding of DATA is longer than the frame");
        return false;
      }
    }
    in.skipBytes(Frame.HEADER_LENGTH + prefix);
    dataLeft = length - prefix - padding;
    padLeft = padding;
    boolean endStream = (flags & Frame.END_STREAM) != 0;
    inData = true;
    connection.receiver.onDataBegin(streamId, length, dataLeft, endStream);
    if (dataLeft == 0 && connection.isReading()) {
      connection.receiver.onData(Unpooled.EMPTY_BUFFER, true);
    }
    return connection.isReading();
  }

  private boolean continueData(ByteBuf in) {
    if (dataLeft > 0) {
      int length = Math.min(dataLeft, in.readableBytes());
      if (length == 0) {
        return false;
      }
      dataLeft -= length;
      if (connection.receiver.wantsData()) {
        connection.receiver.onData(in.readRetainedSlice(length), dataLeft == 0);
      } else {
        in.skipBytes(length);
      }
    }
    if (dataLeft == 0) {
      int skip = Math.min(padLeft, in.readableBytes());
      in.skipBytes(skip);
      padLeft -= skip;
      inData = padLeft > 0;
    }
    if (inData) {
      return in.isReadable();
    }
    connection.afterEvents();
    return true;
  }
}
