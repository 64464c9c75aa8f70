package io.outrigger.config.listener;

import io.outrigger.config.match.CidrRange;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The criteria of FilterChainMatch, one after the other: each keeps the candidates that match it
 * most specifically, and what it dropped is never looked at again.
 */
final class FilterChainSelection {
  /** The criterion names something else. */
  private static final int NO_MATCH = -1;

  /** The criterion is not set: it matches if no other candidate does. */
  private static final int UNSET = 0;

  private FilterChainSelection() {}

  static @Nullable FilterChain select(List<FilterChain> chains, ConnectionFacts facts) {
    List<FilterChain> left = chains;
    left = narrow(left, m -> port(m.destinationPort(), facts.destinationPort()));
    left = narrow(left, m -> range(m.prefixRanges(), facts.destinationAddress()));
    left = narrow(left, m -> serverName(m.serverNames(), facts.serverName()));
    left = narrow(left, m -> transport(m.transportProtocol(), facts.transportProtocol()));
    left = narrow(left, m -> alpn(m.applicationProtocols(), facts.applicationProtocols()));
    left = narrow(left, m -> range(m.directSourcePrefixRanges(), facts.directSourceAddress()));
    left = narrow(left, m -> sourceType(m.sourceType(), facts));
    left = narrow(left, m -> range(m.sourcePrefixRanges(), facts.sourceAddress()));
    left = narrow(left, m -> sourcePort(m.sourcePorts(), facts.sourcePort()));
    return left.isEmpty() ? null : left.getFirst();
  }

  private static List<FilterChain> narrow(
      List<FilterChain> candidates, ToIntFunction<FilterChainMatch> specificity) {
    int best = NO_MATCH;
    List<FilterChain> kept = List.of();
    for (FilterChain chain : candidates) {
      int score = specificity.applyAsInt(chain.match());
      if (score > best) {
        best = score;
        kept = new ArrayList<>();
      }
      if (score == best && score != NO_MATCH) {
        kept.add(chain);
      }
    }
    return kept;
  }

  private static int port(int wanted, int found) {
    return wanted == 0 ? UNSET : wanted == found ? 1 : NO_MATCH;
  }

  private static int range(List<CidrRange> ranges, @Nullable InetAddress address) {
    if (ranges.isEmpty()) {
      return UNSET;
    }
    int best = NO_MATCH;
    for (CidrRange range : ranges) {
      if (range.contains(address)) {
        best = Math.max(best, 1 + range.prefixLength());
      }
    }
    return best;
  }

  /** An exact name is longer than any wildcard that matches it, so length orders them. */
  private static int serverName(List<String> names, String sni) {
    if (names.isEmpty()) {
      return UNSET;
    }
    int best = NO_MATCH;
    for (String name : names) {
      if (name.equals(sni)) {
        best = Math.max(best, 1 + sni.length() + 1);
      } else if (name.startsWith("*.")
          && sni.length() > name.length() - 1
          && sni.endsWith(name.substring(1))) {
        best = Math.max(best, name.length());
      }
    }
    return best;
  }

  private static int transport(String wanted, String found) {
    if (wanted.isEmpty()) {
      return UNSET;
    }
    return wanted.equals(found.isEmpty() ? "raw_buffer" : found) ? 1 : NO_MATCH;
  }

  /** The first protocol that the client offers and some chain names wins. */
  private static int alpn(List<String> wanted, List<String> offered) {
    if (wanted.isEmpty()) {
      return UNSET;
    }
    for (int i = 0; i < offered.size(); i++) {
      if (wanted.contains(offered.get(i))) {
        return Integer.MAX_VALUE - i;
      }
    }
    return NO_MATCH;
  }

  private static int sourceType(FilterChainMatch.SourceType wanted, ConnectionFacts facts) {
    return switch (wanted) {
      case ANY -> UNSET;
      case SAME_IP_OR_LOOPBACK -> isLocal(facts) ? 1 : NO_MATCH;
      case EXTERNAL -> isLocal(facts) ? NO_MATCH : 1;
    };
  }

  static boolean isLocal(ConnectionFacts facts) {
    InetAddress source = facts.sourceAddress();
    return source == null
        || source.isLoopbackAddress()
        || source.equals(facts.destinationAddress());
  }

  private static int sourcePort(List<Integer> ports, int found) {
    if (ports.isEmpty()) {
      return UNSET;
    }
    return ports.contains(found) ? 1 : NO_MATCH;
  }
}
