package io.outrigger.config.tracing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * HttpConnectionManager.Tracing.
 *
 * @param verbose whether spans tell when each part of a request came and went
 * @param spawnUpstreamSpan whether each attempt has a span of its own
 * @param tracer null: the bootstrap's, if it has one
 */
public record TracingConfig(
    Sampling sampling,
    boolean verbose,
    int maxPathTagLength,
    List<CustomTag> customTags,
    boolean spawnUpstreamSpan,
    @Nullable TracerConfig tracer) {
  public TracingConfig {
    customTags = List.copyOf(customTags);
  }
}
