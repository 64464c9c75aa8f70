package io.outrigger.config.source;

import java.util.Set;

/**
 * Where the configuration of a filter comes from: ECDS.
 *
 * @param name what ECDS calls it, the filter's name
 * @param types full names of the messages that it may be
 * @param warms whether a listener waits for it
 */
public record ExtensionDiscovery(
    String name, ConfigSource source, Set<String> types, boolean warms) {
  public ExtensionDiscovery {
    types = Set.copyOf(types);
  }
}
