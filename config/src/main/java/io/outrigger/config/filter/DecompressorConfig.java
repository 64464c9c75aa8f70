package io.outrigger.config.filter;

import io.outrigger.config.compression.CompressionLibrary;
import io.outrigger.config.match.RuntimeFlag;

/**
 * envoy.filters.http.decompressor.
 *
 * @param advertise whether upstreams are told that responses may be compressed
 */
public record DecompressorConfig(
    CompressionLibrary library, Direction request, Direction response, boolean advertise)
    implements FilterConfig {

  /** What is decompressed in one direction. */
  public record Direction(RuntimeFlag enabled, boolean ignoreNoTransform) {}
}
