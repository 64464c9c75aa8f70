package io.outrigger.proxy.snapshot;

import io.outrigger.config.source.ConfigSource;
import io.outrigger.xds.ResourceType;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a linked configuration names, by where it comes from.
 *
 * @param aggregated what the aggregated stream is to bring, by type
 * @param needs what comes from sources of its own
 * @param named all names, by type and source
 */
record Wants(
    Map<ResourceType, Set<String>> aggregated,
    Set<Need> needs,
    Map<ResourceType, Map<ConfigSource, Set<String>>> named) {
  static final Wants NOTHING = new Wants(Map.of(), Set.of(), Map.of());

  /** {@code ownSecrets} are put in by the agent that runs the proxy: nobody else is asked. */
  static Wants of(Collection<Reference> references, Set<String> ownSecrets) {
    Map<ResourceType, Set<String>> aggregated = new HashMap<>();
    Set<Need> needs = new HashSet<>();
    Map<ResourceType, Map<ConfigSource, Set<String>>> named = new HashMap<>();
    Set<Reference.Key> once = new HashSet<>();
    for (Reference reference : references) {
      Reference.Key key = reference.key();
      named
          .computeIfAbsent(key.type(), any -> new HashMap<>())
          .computeIfAbsent(key.origin(), any -> new HashSet<>())
          .add(key.name());
      boolean own = reference.type() == ResourceType.SDS && ownSecrets.contains(reference.name());
      if (reference.fromAds() && !own) {
        aggregated.computeIfAbsent(reference.type(), any -> new HashSet<>()).add(reference.name());
      } else if (reference.source() != null && !own && once.add(key)) {
        needs.add(
            new Need(
                reference.type(), reference.name(), reference.source(), reference.statPrefix()));
      }
    }
    return new Wants(aggregated, needs, named);
  }

  Set<String> aggregated(ResourceType type) {
    return aggregated.getOrDefault(type, Set.of());
  }

  /** Forgets what was received and nothing names any longer. */
  void retainIn(ReceivedConfig received, Demands demands) {
    received.endpoints().retain(bySource(ResourceType.EDS));
    received.scopes().retain(bySource(ResourceType.SRDS));
    demands.retain(bySource(ResourceType.VHDS).keySet());
    received.virtualHosts().retain(bySource(ResourceType.VHDS));
    received.extensions().retain(names(ResourceType.ECDS));
    received.routeTables().retain(names(ResourceType.RDS));
  }

  /** Tells what is other than it was. */
  void tell(Wants before, Collection<ResourceType> types, List<Configuration.Listener> listeners) {
    for (ResourceType type : types) {
      Set<String> names = Set.copyOf(aggregated(type));
      if (!names.equals(before.aggregated(type))) {
        for (Configuration.Listener listener : listeners) {
          listener.onWanted(type, names);
        }
      }
    }
    if (!needs.equals(before.needs)) {
      for (Configuration.Listener listener : listeners) {
        listener.onNeeded(needs);
      }
    }
  }

  private Map<ConfigSource, Set<String>> bySource(ResourceType type) {
    return named.getOrDefault(type, Map.of());
  }

  /** The names, wherever from. */
  private Set<String> names(ResourceType type) {
    Set<String> all = new HashSet<>();
    bySource(type).values().forEach(all::addAll);
    return all;
  }
}
