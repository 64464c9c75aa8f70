package io.outrigger.config.filter;

import com.google.protobuf.Struct;
import java.util.List;

/** envoy.filters.http.set_metadata. */
public record SetMetadataConfig(List<Entry> entries) implements FilterConfig {
  public SetMetadataConfig {
    entries = List.copyOf(entries);
  }

  /** What is put into a namespace; {@code overwrite}: into one that is there, too. */
  public record Entry(String namespace, boolean overwrite, Struct value) {}
}
