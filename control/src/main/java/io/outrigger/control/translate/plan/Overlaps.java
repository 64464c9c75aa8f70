package io.outrigger.control.translate.plan;

import io.outrigger.control.translate.model.ListenerModel.Chain;
import io.outrigger.control.translate.model.ListenerModel.Match;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes out of chains what earlier chains match already: Envoy refuses a listener over it. */
final class Overlaps {
  private record Single(
      int port, String prefix, String serverName, String transport, List<String> alpn) {}

  private final Set<Single> taken = new HashSet<>();

  private Overlaps() {}

  /** The chains without what an earlier one matches; those of which nothing is left are gone. */
  static List<Chain> removed(List<Chain> chains) {
    Overlaps overlaps = new Overlaps();
    List<Chain> out = new ArrayList<>();
    for (Chain chain : chains) {
      Match match = overlaps.left(chain.match());
      if (match != null) {
        out.add(
            match.equals(chain.match())
                ? chain
                : new Chain(chain.name(), match, chain.tls(), chain.action()));
      }
    }
    return List.copyOf(out);
  }

  private @Nullable Match left(Match match) {
    List<String> prefixes = match.prefixRanges().isEmpty() ? List.of("") : match.prefixRanges();
    List<String> names = match.serverNames().isEmpty() ? List.of("") : match.serverNames();
    boolean byName = !match.serverNames().isEmpty();
    List<String> outer = byName ? names : prefixes;
    List<String> inner = byName ? prefixes : names;
    List<String> kept = new ArrayList<>();
    for (String one : outer) {
      boolean free = true;
      for (String other : inner) {
        String name = byName ? one : other;
        String prefix = byName ? other : one;
        free &=
            taken.add(
                new Single(
                    match.destinationPort(),
                    prefix,
                    name.toLowerCase(Locale.ROOT),
                    match.transportProtocol(),
                    match.applicationProtocols()));
      }
      if (free) {
        kept.add(one);
      }
    }
    if (kept.isEmpty()) {
      return null;
    }
    return new Match(
        match.destinationPort(),
        byName || match.prefixRanges().isEmpty() ? match.prefixRanges() : List.copyOf(kept),
        byName ? List.copyOf(kept) : match.serverNames(),
        match.transportProtocol(),
        match.applicationProtocols());
  }
}
