package io.outrigger.config.listener;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds a connection's filter chain by Envoy's fixed order of criteria, without backtracking.
 *
 * <p>Immutable; workers ask once a connection.
 */
public final class FilterChainMatcher {
  private final List<FilterChain> chains;
  private final @Nullable FilterChain defaultChain;

  public FilterChainMatcher(List<FilterChain> chains, @Nullable FilterChain defaultChain) {
    this.chains = List.copyOf(chains);
    this.defaultChain = defaultChain;
  }

  /** The chain, the default one if none matches, or null if there is no default. */
  public @Nullable FilterChain match(ConnectionFacts facts) {
    FilterChain found = FilterChainSelection.select(chains, facts);
    return found != null ? found : defaultChain;
  }
}
