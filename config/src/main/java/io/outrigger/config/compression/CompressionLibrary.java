package io.outrigger.config.compression;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * What compresses or decompresses bodies.
 *
 * @param name the extension's, a part of its statistics' names
 * @param level as its encoding has it; of gzip -1 is zlib's default, of zstd 0 is
 * @param strategy of gzip {@link java.util.zip.Deflater}'s, of brotli its mode, of zstd its number;
 *     0 is each one's default
 * @param windowBits of brotli; 0 otherwise
 * @param chunkSize bytes of an output buffer
 * @param maxInflateRatio how many bytes one byte may become
 * @param checksum whether zstd ends in one
 * @param dictionaries of zstd; at most one to compress
 */
public record CompressionLibrary(
    String name,
    Encoding encoding,
    int level,
    int strategy,
    int windowBits,
    int chunkSize,
    int maxInflateRatio,
    boolean checksum,
    List<ByteString> dictionaries) {

  /** A content coding. */
  public enum Encoding {
    GZIP("gzip", "gzip"),
    BROTLI("br", "brotli"),
    ZSTD("zstd", "zstd");

    private final String token;
    private final String statPrefix;

    Encoding(String token, String statPrefix) {
      this.token = token;
      this.statPrefix = statPrefix;
    }

    /** As content-encoding has it. */
    public String token() {
      return token;
    }

    /** As the names of statistics have it. */
    public String statPrefix() {
      return statPrefix;
    }
  }
}
