package io.outrigger.proxy.extproc;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;

/** Parts of a body, in their order. Owns its buffers. */
final class BodyParts {
  private final ArrayDeque<ByteBuf> parts = new ArrayDeque<>(2);
  private long bytes;

  void add(ByteBuf part) {
    parts.add(part);
    bytes += part.readableBytes();
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  long bytes() {
    return bytes;
  }

  /** The first part, which is the caller's from here. */
  ByteBuf take() {
    ByteBuf part = parts.remove();
    bytes -= part.readableBytes();
    return part;
  }

  /** All parts in one, which is the caller's from here. */
  ByteBuf takeAll() {
    ByteBuf[] all = parts.toArray(new ByteBuf[0]);
    parts.clear();
    bytes = 0;
    return Unpooled.wrappedBuffer(all);
  }

  /** Puts all that is here before what the other has. */
  void moveBefore(BodyParts other) {
    for (ByteBuf last = parts.pollLast(); last != null; last = parts.pollLast()) {
      other.parts.addFirst(last);
    }
    other.bytes += bytes;
    bytes = 0;
  }

  /** A copy of all bytes; the parts stay. */
  ByteString joined() {
    ByteString.Output out = ByteString.newOutput((int) bytes);
    for (ByteBuf part : parts) {
      copy(part, out);
    }
    return out.toByteString();
  }

  static ByteString copy(ByteBuf part) {
    ByteString.Output out = ByteString.newOutput(part.readableBytes());
    copy(part, out);
    return out.toByteString();
  }

  private static void copy(ByteBuf part, ByteString.Output out) {
    byte[] bytes = new byte[part.readableBytes()];
    part.getBytes(part.readerIndex(), bytes);
    out.write(bytes, 0, bytes.length);
  }

  void release() {
    bytes = 0;
    for (ByteBuf part = parts.poll(); part != null; part = parts.poll()) {
      part.release();
    }
  }
}
