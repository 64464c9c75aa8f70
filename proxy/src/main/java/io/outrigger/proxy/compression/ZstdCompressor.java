package io.outrigger.proxy.compression;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.netty.buffer.ByteBuf;
import io.outrigger.config.compression.CompressionLibrary;
import java.nio.ByteBuffer;

/** zstd (RFC 8878) by its own library. */
final class ZstdCompressor implements BodyCompressor {
  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final int chunk;

  ZstdCompressor(CompressionLibrary library) {
    chunk = library.chunkSize();
    context.setLevel(library.level() == 0 ? Zstd.defaultCompressionLevel() : library.level());
    context.setChecksum(library.checksum());
    if (!library.dictionaries().isEmpty()) {
      context.loadDict(library.dictionaries().getFirst().toByteArray());
    }
  }

  @Override
  public void compress(ByteBuf data, boolean finish, ByteBuf out) {
    ByteBuf direct = Direct.of(data);
    try {
      ByteBuffer input = direct.nioBuffer();
      EndDirective end = finish ? EndDirective.END : EndDirective.FLUSH;
      boolean all;
      do {
        out.ensureWritable(chunk);
        ByteBuffer space = out.nioBuffer(out.writerIndex(), out.writableBytes());
        int before = space.position();
        all = context.compressDirectByteBufferStream(space, input, end);
        out.writerIndex(out.writerIndex() + space.position() - before);
      } while (!all);
    } finally {
      direct.release();
    }
    data.skipBytes(data.readableBytes());
  }

  @Override
  public void close() {
    context.close();
  }
}
