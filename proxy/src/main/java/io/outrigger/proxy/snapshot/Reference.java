package io.outrigger.proxy.snapshot;

import io.outrigger.config.source.ConfigSource;
import io.outrigger.xds.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * One resource's need of another: which, and where it is to come from.
 *
 * @param source null: the bootstrap's own secrets
 * @param statPrefix where updates of it are counted
 */
record Reference(ResourceType type, String name, @Nullable ConfigSource source, String statPrefix) {
  /** What is waited for: two resources that need the same one wait once. */
  Key key() {
    return new Key(type, name);
  }

  /** A resource by type and name. */
  record Key(ResourceType type, String name) {}

  /** Whether the aggregated stream is to bring it. */
  boolean fromAds() {
    return source instanceof ConfigSource.Ads || source instanceof ConfigSource.Self;
  }

  /** How long to wait for it; 0 is for ever. */
  long timeoutMillis() {
    return source == null ? 0 : source.initialFetchTimeoutMillis();
  }
}
