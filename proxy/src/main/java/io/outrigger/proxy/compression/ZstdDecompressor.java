package io.outrigger.proxy.compression;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.netty.buffer.ByteBuf;
import io.outrigger.config.compression.CompressionLibrary;
import java.nio.ByteBuffer;

/** zstd (RFC 8878) by its own library, frame after frame. */
final class ZstdDecompressor implements BodyDecompressor {
  /** RFC 9659: a content coding's window has at most 8 MB. */
  private static final int WINDOW_LOG = 23;

  private final CompressionLibrary library;
  private final InflateBound bound;
  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private boolean finished;

  ZstdDecompressor(CompressionLibrary library) {
    this.library = library;
    this.bound = new InflateBound(library);
    context.setLongMax(WINDOW_LOG);
    if (!library.dictionaries().isEmpty()) {
      context.loadDict(library.dictionaries().getFirst().toByteArray());
    }
  }

  @Override
  public boolean decompress(ByteBuf data, ByteBuf out) {
    long limit = bound.of(data.readableBytes());
    ByteBuf direct = Direct.of(data);
    try {
      ByteBuffer input = direct.nioBuffer();
      boolean full = false;
      while (input.hasRemaining() || full) {
        out.ensureWritable(library.chunkSize());
        ByteBuffer space = out.nioBuffer(out.writerIndex(), library.chunkSize());
        int before = space.position();
        finished = context.decompressDirectByteBufferStream(space, input);
        full = !space.hasRemaining() && !finished;
        out.writerIndex(out.writerIndex() + space.position() - before);
        if (out.readableBytes() > limit) {
          return false;
        }
      }
    } catch (ZstdException e) {
      return false;
    } finally {
      direct.release();
    }
    data.skipBytes(data.readableBytes());
    bound.gave(out);
    return true;
  }

  @Override
  public boolean isFinished() {
    return finished;
  }

  @Override
  public void close() {
    context.close();
  }
}
