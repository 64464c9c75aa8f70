package io.outrigger.config.listener;

import io.outrigger.config.match.tree.MatchTree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds a connection's filter chain by Envoy's fixed order of criteria, without backtracking, or by
 * the listener's filter_chain_matcher.
 *
 * <p>Immutable; workers ask once a connection.
 */
public final class FilterChainMatcher {
  private final List<FilterChain> chains;
  private final @Nullable FilterChain defaultChain;
  private final @Nullable MatchTree<ConnectionFacts, String> tree;
  private final Map<String, FilterChain> byName = new HashMap<>();

  public FilterChainMatcher(List<FilterChain> chains, @Nullable FilterChain defaultChain) {
    this(chains, defaultChain, null);
  }

  /** {@code tree} says the chain's name; null: chains say themselves what they match. */
  FilterChainMatcher(
      List<FilterChain> chains,
      @Nullable FilterChain defaultChain,
      @Nullable MatchTree<ConnectionFacts, String> tree) {
    this.chains = List.copyOf(chains);
    this.defaultChain = defaultChain;
    this.tree = tree;
    if (tree != null) {
      chains.forEach(chain -> byName.put(chain.name(), chain));
    }
  }

  /**
   * The chain, the default one if none matches, or null if there is no default. A tree that names a
   * chain that isn't there finds none, not the default one.
   */
  public @Nullable FilterChain match(ConnectionFacts facts) {
    if (tree != null) {
      String name = tree.match(facts);
      return name == null ? defaultChain : byName.get(name);
    }
    FilterChain found = FilterChainSelection.select(chains, facts);
    return found != null ? found : defaultChain;
  }
}
