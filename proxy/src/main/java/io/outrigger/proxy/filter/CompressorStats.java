package io.outrigger.proxy.filter;

import io.outrigger.config.filter.CompressorConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;

/** The statistics of a compressor filter, in Envoy's names. */
final class CompressorStats {
  final Direction requests;
  final Direction responses;
  final Counter noAcceptHeader;
  final Counter identity;
  final Counter used;
  final Counter overshadowed;
  final Counter wildcard;
  final Counter notValid;
  final Counter notCompressedEtag;

  CompressorStats(StatStore store, String prefix, CompressorConfig config) {
    String base =
        prefix
            + "compressor."
            + config.library().name()
            + "."
            + config.library().encoding().statPrefix()
            + ".";
    requests = new Direction(store, base + "request.");
    responses = new Direction(store, config.ownResponseStats() ? base + "response." : base);
    noAcceptHeader = store.counter(base + "no_accept_header");
    identity = store.counter(base + "header_identity");
    used = store.counter(base + "header_compressor_used");
    overshadowed = store.counter(base + "header_compressor_overshadowed");
    wildcard = store.counter(base + "header_wildcard");
    notValid = store.counter(base + "header_not_valid");
    notCompressedEtag = store.counter(base + "not_compressed_etag");
  }

  /** What is counted of requests, or of responses. */
  static final class Direction {
    final Counter compressed;
    final Counter notCompressed;
    final Counter compressedBytes;
    final Counter uncompressedBytes;
    private final Counter tooSmall;

    Direction(StatStore store, String base) {
      compressed = store.counter(base + "compressed");
      notCompressed = store.counter(base + "not_compressed");
      compressedBytes = store.counter(base + "total_compressed_bytes");
      uncompressedBytes = store.counter(base + "total_uncompressed_bytes");
      tooSmall = store.counter(base + "content_length_too_small");
    }

    /** Whether the body is long enough, or doesn't say how long it is. */
    boolean isLongEnough(CompressorConfig.Direction config, Headers headers, int cell) {
      String length = headers.value(HeaderName.CONTENT_LENGTH);
      if (length == null) {
        return true;
      }
      boolean enough = Long.parseLong(length) >= config.minContentLength();
      if (!enough) {
        tooSmall.inc(cell);
      }
      return enough;
    }
  }
}
