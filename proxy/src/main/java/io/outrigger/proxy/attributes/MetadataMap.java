package io.outrigger.proxy.attributes;

import com.google.protobuf.Value;
import io.outrigger.config.cel.CelMap;
import io.outrigger.config.cel.CelValues;
import org.jspecify.annotations.Nullable;

/**
 * Metadata as the message that Envoy has: its one field is filter_metadata.
 *
 * @param kind whose it is, for printing
 */
record MetadataMap(String kind, Lookup lookup) implements CelMap {
  private static final String[] WHOLE = {};

  /** What is at a path within a namespace. */
  interface Lookup {
    @Nullable Value find(String namespace, String[] path);
  }

  @Override
  public @Nullable Object get(Object key) {
    return key.equals("filter_metadata") ? (CelMap) this::namespace : null;
  }

  private @Nullable Object namespace(Object key) {
    Value found = key instanceof String name ? lookup.find(name, WHOLE) : null;
    return found == null ? null : CelValues.of(found);
  }
}
