package io.outrigger.proxy.health;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;

/** What must come back from a host that is well: some bytes, one part after the other. */
final class Payloads {
  private Payloads() {}

  /** Whether all parts are there in their order, whatever is between them. */
  static boolean match(List<ByteString> parts, ByteBuf received) {
    int from = received.readerIndex();
    for (ByteString part : parts) {
      ByteBuf needle = Unpooled.wrappedBuffer(part.asReadOnlyByteBuffer());
      int at = ByteBufUtil.indexOf(needle, received.slice(from, received.writerIndex() - from));
      if (at < 0) {
        return false;
      }
      from += at + part.size();
    }
    return true;
  }
}
