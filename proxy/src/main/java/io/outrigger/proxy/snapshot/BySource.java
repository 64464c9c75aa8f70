package io.outrigger.proxy.snapshot;

import io.outrigger.config.source.ConfigSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The resources of one type, apart by where they come from: two sources may give the same name to
 * different things. On the configuration loop.
 */
public final class BySource<T> {
  private final HeldResources<T> aggregated = new HeldResources<>();
  private final Map<ConfigSource, HeldResources<T>> others = new HashMap<>();

  /** What this origin has brought. */
  public HeldResources<T> of(ConfigSource origin) {
    return origin instanceof ConfigSource.Ads
        ? aggregated
        : others.computeIfAbsent(origin, any -> new HeldResources<>());
  }

  /** What the aggregated stream has brought. */
  public HeldResources<T> aggregated() {
    return aggregated;
  }

  /** What each origin has brought, the aggregated stream's first. */
  public List<HeldResources<T>> all() {
    List<HeldResources<T>> all = new ArrayList<>();
    all.add(aggregated);
    all.addAll(others.values());
    return all;
  }

  /** Forgets all whose names are not wanted any more from where they came. */
  void retain(Map<ConfigSource, Set<String>> names) {
    aggregated.retain(names.getOrDefault(ConfigSource.aggregated(), Set.of()));
    others.keySet().retainAll(names.keySet());
    others.forEach((origin, held) -> held.retain(names.getOrDefault(origin, Set.of())));
  }
}
