package io.outrigger.proxy.compression;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.compression.CompressionLibrary;

/** Decompresses one body, and no more of it than its library's bound allows. */
public interface BodyDecompressor {
  /**
   * Decompresses a part.
   *
   * @return false when it is no such body, or more would come out than the bound allows
   */
  boolean decompress(ByteBuf data, ByteBuf out);

  /** Whether the body has come to its end. */
  boolean isFinished();

  /** Gives its memory back; to be called once. */
  void close();

  static BodyDecompressor of(CompressionLibrary library) {
    return switch (library.encoding()) {
      case GZIP -> new GzipDecompressor(library);
      case BROTLI -> new BrotliDecompressor(library);
      case ZSTD -> new ZstdDecompressor(library);
    };
  }
}
