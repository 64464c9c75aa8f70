package io.outrigger.proxy.compression;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.compression.CompressionLibrary;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** gzip (RFC 1952) by the JDK's zlib. */
final class GzipCompressor implements BodyCompressor {
  /** Magic, deflate, no flags, no time, no hints, unknown system. */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private final Deflater deflater;
  private final CRC32 crc = new CRC32();
  private final int chunk;
  private boolean begun;

  GzipCompressor(CompressionLibrary library) {
    deflater = new Deflater(library.level(), true);
    deflater.setStrategy(library.strategy());
    chunk = library.chunkSize();
  }

  @Override
  public void compress(ByteBuf data, boolean finish, ByteBuf out) {
    if (!begun) {
      begun = true;
      out.writeBytes(HEADER);
    }
    for (ByteBuffer part : data.nioBuffers()) {
      crc.update(part.duplicate());
      deflater.setInput(part);
      drain(Deflater.NO_FLUSH, out);
    }
    data.skipBytes(data.readableBytes());
    if (finish) {
      deflater.finish();
      drain(Deflater.NO_FLUSH, out);
      out.writeIntLE((int) crc.getValue()).writeIntLE((int) deflater.getBytesRead());
    } else {
      drain(Deflater.SYNC_FLUSH, out);
    }
  }

  private void drain(int flush, ByteBuf out) {
    int room;
    int written;
    do {
      out.ensureWritable(chunk);
      ByteBuffer space = out.nioBuffer(out.writerIndex(), out.writableBytes());
      room = space.remaining();
      written = deflater.deflate(space, flush);
      out.writerIndex(out.writerIndex() + written);
    } while (written == room);
  }

  @Override
  public void close() {
    deflater.end();
  }
}
