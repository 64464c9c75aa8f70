package io.outrigger.proxy.compression;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.compression.CompressionLibrary;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** gzip (RFC 1952) by the JDK's zlib: one member; what follows it is not read. */
final class GzipDecompressor implements BodyDecompressor {
  private final CompressionLibrary library;
  private final InflateBound bound;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final GzipHeader header = new GzipHeader();
  private long trailer;
  private int trailerBytes;

  GzipDecompressor(CompressionLibrary library) {
    this.library = library;
    this.bound = new InflateBound(library);
  }

  @Override
  public boolean decompress(ByteBuf data, ByteBuf out) {
    long limit = bound.of(data.readableBytes());
    if (!header.read(data)) {
      return false;
    }
    for (ByteBuffer part : data.nioBuffers()) {
      if (header.isWhole() && !inflate(part, limit, out)) {
        return false;
      }
    }
    data.skipBytes(data.readableBytes());
    bound.gave(out);
    return true;
  }

  private boolean inflate(ByteBuffer part, long limit, ByteBuf out) {
    inflater.setInput(part);
    try {
      while (!inflater.finished()) {
        out.ensureWritable(library.chunkSize());
        ByteBuffer space = out.nioBuffer(out.writerIndex(), library.chunkSize());
        ByteBuffer seen = space.duplicate();
        int written = inflater.inflate(space);
        if (written == 0) {
          return !inflater.needsDictionary();
        }
        crc.update(seen.limit(seen.position() + written));
        out.writerIndex(out.writerIndex() + written);
        if (out.readableBytes() > limit) {
          return false;
        }
      }
    } catch (DataFormatException e) {
      return false;
    }
    while (part.hasRemaining() && trailerBytes < 8) {
      trailer |= (part.get() & 0xffL) << 8 * trailerBytes++;
    }
    return trailerBytes < 8 || isTrailerRight();
  }

  private boolean isTrailerRight() {
    return (int) trailer == (int) crc.getValue()
        && (int) (trailer >>> 32) == (int) inflater.getBytesWritten();
  }

  @Override
  public boolean isFinished() {
    return trailerBytes == 8;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
