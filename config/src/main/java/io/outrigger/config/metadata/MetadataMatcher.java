package io.outrigger.config.metadata;

import com.google.protobuf.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A test of the value that stands at a path in a namespace of metadata.
 *
 * @param namespace the filter whose metadata it is
 */
public record MetadataMatcher(
    String namespace, List<String> path, ValueMatcher value, boolean invert) {
  public MetadataMatcher {
    path = List.copyOf(path);
  }

  /** Whether this value, null where there is none, passes. */
  public boolean matches(@Nullable Value found) {
    return value.matches(found) != invert;
  }
}
