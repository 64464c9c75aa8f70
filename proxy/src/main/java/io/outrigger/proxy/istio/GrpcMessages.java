package io.outrigger.proxy.istio;

import io.netty.buffer.ByteBuf;

/** Counts the messages of one direction of a gRPC stream: a length of 4 bytes after a flag. */
public final class GrpcMessages {
  private static final int PREFIX = 5;

  private int prefixRead;
  private long length;
  private long left;
  private long count;

  public void reset() {
    prefixRead = 0;
    length = 0;
    left = 0;
    count = 0;
  }

  /** Looks at what passes, without taking it. */
  public void see(ByteBuf data) {
    int at = data.readerIndex();
    int end = data.writerIndex();
    while (at < end) {
      if (left > 0) {
        long skipped = Math.min(left, end - at);
        left -= skipped;
        at += (int) skipped;
        continue;
      }
      int octet = data.getUnsignedByte(at++);
      length = prefixRead == 0 ? 0 : length << 8 | octet;
      if (++prefixRead == PREFIX) {
        prefixRead = 0;
        left = length;
        count++;
      }
    }
  }

  public long count() {
    return count;
  }
}
