package io.outrigger.config.listener;

import io.outrigger.config.compile.Problems;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Refuses filter chains of which one could never be told from another. */
final class FilterChainOverlap {
  /** Matches of larger products of criteria are compared as a whole only. */
  private static final int MAX_COMBINATIONS = 20_000;

  private FilterChainOverlap() {}

  static void check(List<FilterChain> chains, Problems problems) {
    Map<List<Object>, Integer> whole = new HashMap<>();
    Map<List<Object>, Integer> combinations = new HashMap<>();
    for (int i = 0; i < chains.size(); i++) {
      FilterChainMatch match = chains.get(i).match();
      Problems here = problems.at("filter_chains", i).at("filter_chain_match");
      Integer same = whole.putIfAbsent(criteria(match), i);
      if (same != null) {
        here.error(
            "filter chain '"
                + chains.get(i).name()
                + "' has the same matching rules defined as '"
                + chains.get(same).name()
                + "' (filter_chains["
                + same
                + "])");
      } else if (combinations(match) + combinations.size() <= MAX_COMBINATIONS) {
        checkCombinations(i, match, combinations, here);
      }
    }
  }

  /** Chains that a filter_chain_matcher chooses need names, and say themselves nothing. */
  static void checkNames(List<FilterChain> chains, Problems problems) {
    Map<String, Integer> names = new HashMap<>();
    for (int i = 0; i < chains.size(); i++) {
      Problems here = problems.at("filter_chains", i);
      Integer same = names.putIfAbsent(chains.get(i).name(), i);
      if (chains.get(i).name().isEmpty()) {
        here.error("name", "is empty; filter_chain_matcher needs a name for each chain");
      } else if (same != null) {
        here.error("name", "is that of filter_chains[" + same + "] too");
      }
      if (chains.get(i).match() != FilterChainMatch.ANY) {
        here.error("filter_chain_match", "is set, and so is filter_chain_matcher; one is allowed");
      }
    }
  }

  /** All of a match. A list, as the AOT cache keeps no hashCode that javac makes for a record. */
  private static List<Object> criteria(FilterChainMatch match) {
    return List.of(
        match.destinationPort(),
        match.prefixRanges(),
        match.serverNames(),
        match.transportProtocol(),
        match.applicationProtocols(),
        match.directSourcePrefixRanges(),
        match.sourceType(),
        match.sourcePrefixRanges(),
        match.sourcePorts());
  }

  private static long combinations(FilterChainMatch match) {
    return count(match.prefixRanges())
        * count(match.serverNames())
        * count(match.applicationProtocols())
        * count(match.directSourcePrefixRanges())
        * count(match.sourcePrefixRanges())
        * count(match.sourcePorts());
  }

  private static long count(List<?> values) {
    return Math.max(1, values.size());
  }

  private static List<?> orUnset(List<?> values) {
    return values.isEmpty() ? List.of("") : values;
  }

  private static void checkCombinations(
      int index, FilterChainMatch match, Map<List<Object>, Integer> seen, Problems problems) {
    for (Object prefix : orUnset(match.prefixRanges())) {
      for (Object serverName : orUnset(match.serverNames())) {
        for (Object protocol : orUnset(match.applicationProtocols())) {
          for (Object direct : orUnset(match.directSourcePrefixRanges())) {
            for (Object source : orUnset(match.sourcePrefixRanges())) {
              for (Object port : orUnset(match.sourcePorts())) {
                List<Object> key =
                    List.of(
                        match.destinationPort(),
                        prefix,
                        serverName,
                        match.transportProtocol(),
                        protocol,
                        direct,
                        match.sourceType(),
                        source,
                        port);
                Integer other = seen.putIfAbsent(key, index);
                if (other != null && other != index) {
                  problems.error(
                      "multiple filter chains with overlapping matching rules are defined:"
                          + " filter_chains["
                          + other
                          + "] matches the same connections");
                  return;
                }
              }
            }
          }
        }
      }
    }
  }
}
