package io.outrigger.config.listener;

import org.jspecify.annotations.Nullable;

/**
 * A listener filter in a listener.
 *
 * @param disabled connections for which it is skipped; null: none
 */
public record ListenerFilter(
    String name, ListenerFilterConfig config, @Nullable ListenerFilterPredicate disabled) {
  /** Whether it runs for a connection to this local port. */
  public boolean appliesTo(int destinationPort) {
    return disabled == null || !disabled.test(destinationPort);
  }
}
