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
public record Reference(
    ResourceType type, String name, @Nullable ConfigSource source, String statPrefix) {
  /** What is waited for: two resources that need the same one wait once. */
  Key key() {
    return new Key(type, name, origin());
  }

  /** A resource by type, name and where it comes from. */
  public record Key(ResourceType type, String name, ConfigSource origin) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && type == key.type
          && name.equals(key.name)
          && origin.equals(key.origin);
    }

    @Override
    public int hashCode() {
      return type.ordinal() + 31 * name.hashCode();
    }
  }

  private ConfigSource origin() {
    return source == null ? ConfigSource.aggregated() : source.origin();
  }

  /** Whether the aggregated stream is to bring it. */
  boolean fromAds() {
    return source instanceof ConfigSource.Ads || source instanceof ConfigSource.Self;
  }

  /** How long to wait for it; 0 is for ever. */
  long timeoutMillis() {
    return source == null ? 0 : source.initialFetchTimeoutMillis();
  }
}
