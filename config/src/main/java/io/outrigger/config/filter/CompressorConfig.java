package io.outrigger.config.filter;

import io.outrigger.config.compression.CompressionLibrary;
import io.outrigger.config.match.RuntimeFlag;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.http.compressor.
 *
 * @param request null: requests are not compressed
 * @param ownResponseStats whether the statistics of responses are apart from those of all
 */
public record CompressorConfig(
    CompressionLibrary library,
    @Nullable Direction request,
    Direction response,
    boolean ownResponseStats,
    boolean disableOnEtag,
    boolean removeAcceptEncoding,
    Set<Integer> uncompressibleCodes,
    boolean chooseFirst)
    implements FilterConfig {

  /**
   * What is compressed in one direction.
   *
   * @param contentTypes in lower case, without parameters
   */
  public record Direction(RuntimeFlag enabled, long minContentLength, Set<String> contentTypes) {}

  /**
   * What a route changes.
   *
   * @param removeAcceptEncoding null: as the chain has it
   */
  public record OfRoute(@Nullable Boolean removeAcceptEncoding, boolean compressesResponses)
      implements FilterConfig {}
}
