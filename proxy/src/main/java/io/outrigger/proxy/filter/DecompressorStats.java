package io.outrigger.proxy.filter;

import io.outrigger.config.filter.DecompressorConfig;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;

/** The statistics of a decompressor filter, in Envoy's names. */
final class DecompressorStats {
  final Direction requests;
  final Direction responses;

  /** Bodies that are broken, or would become too large. */
  final Counter failed;

  DecompressorStats(StatStore store, String prefix, DecompressorConfig config) {
    String base =
        prefix
            + "decompressor."
            + config.library().name()
            + "."
            + config.library().encoding().statPrefix()
            + ".";
    requests = new Direction(store, base + "request.");
    responses = new Direction(store, base + "response.");
    String error =
        switch (config.library().encoding()) {
          case GZIP -> "zlib_data_error";
          case BROTLI -> "brotli_error";
          case ZSTD -> "zstd_generic_error";
        };
    failed = store.counter(base + "decompressor_library." + error);
  }

  /** What is counted of requests, or of responses. */
  static final class Direction {
    final Counter decompressed;
    final Counter notDecompressed;
    final Counter compressedBytes;
    final Counter uncompressedBytes;

    Direction(StatStore store, String base) {
      decompressed = store.counter(base + "decompressed");
      notDecompressed = store.counter(base + "not_decompressed");
      compressedBytes = store.counter(base + "total_compressed_bytes");
      uncompressedBytes = store.counter(base + "total_uncompressed_bytes");
    }
  }
}
