package io.outrigger.proxy.compression;

import io.netty.buffer.ByteBuf;

/** Bytes where native code can read them in one piece. */
final class Direct {
  private Direct() {}

  /** What is readable of these, to be released by the caller. */
  static ByteBuf of(ByteBuf data) {
    return data.isDirect() && data.nioBufferCount() == 1
        ? data.retainedSlice()
        : data.alloc()
            .directBuffer(data.readableBytes())
            .writeBytes(data, data.readerIndex(), data.readableBytes());
  }
}
