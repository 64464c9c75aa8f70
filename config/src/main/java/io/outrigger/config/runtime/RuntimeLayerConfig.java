package io.outrigger.config.runtime;

import io.outrigger.config.source.ConfigSource;
import java.util.Map;

/** One layer of the runtime; later ones win. */
public sealed interface RuntimeLayerConfig {
  String name();

  /** Values of the bootstrap. */
  record Static(String name, Map<String, RuntimeValue> values) implements RuntimeLayerConfig {
    public Static {
      values = Map.copyOf(values);
    }
  }

  /**
   * A directory with a file a key, read again when its symbolic link is replaced.
   *
   * @param subdirectory below what the link points to; may be empty
   */
  record Disk(String name, String symlinkRoot, String subdirectory, boolean appendServiceCluster)
      implements RuntimeLayerConfig {}

  /** What is set by the admin page. */
  record Admin(String name) implements RuntimeLayerConfig {}

  /**
   * What a management server says.
   *
   * @param resource what it is called there
   */
  record Rtds(String name, String resource, ConfigSource source) implements RuntimeLayerConfig {}
}
