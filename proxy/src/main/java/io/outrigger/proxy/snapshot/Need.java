package io.outrigger.proxy.snapshot;

import io.outrigger.config.source.ConfigSource;
import io.outrigger.xds.ResourceType;

/**
 * A resource that is to come from a source of its own, not from the aggregated stream.
 *
 * @param name {@code *}: all of the type; empty: what requests ask for
 * @param statPrefix where its updates are counted
 */
public record Need(ResourceType type, String name, ConfigSource source, String statPrefix) {
  /** Whether it is for all of its type. */
  public boolean isWhole() {
    return name.equals("*");
  }

  /** Whose resources its source's are; of clusters and listeners all are one set. */
  public ConfigSource origin() {
    return (type == ResourceType.CDS || type == ResourceType.LDS) && isWhole()
        ? ConfigSource.aggregated()
        : source.origin();
  }

  // written out: what a record brings is linked at the first use, past the AOT cache
  @Override
  public boolean equals(Object other) {
    return other instanceof Need need
        && type == need.type
        && name.equals(need.name)
        && statPrefix.equals(need.statPrefix)
        && source.equals(need.source);
  }

  @Override
  public int hashCode() {
    return type.ordinal() + 31 * name.hashCode();
  }
}
