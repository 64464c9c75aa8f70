package io.outrigger.proxy.compression;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.compression.CompressionLibrary;

/** Compresses one body. */
public interface BodyCompressor {
  /**
   * Compresses a part, so that all of it can be read from what has come out until now.
   *
   * @param data read to its end
   * @param finish nothing follows
   */
  void compress(ByteBuf data, boolean finish, ByteBuf out);

  /** Gives its memory back; to be called once, whether the body is finished or not. */
  void close();

  static BodyCompressor of(CompressionLibrary library) {
    return switch (library.encoding()) {
      case GZIP -> new GzipCompressor(library);
      case BROTLI -> new BrotliCompressor(library);
      case ZSTD -> new ZstdCompressor(library);
    };
  }
}
