package io.outrigger.proxy.snapshot;

import io.outrigger.config.source.ConfigSource;
import io.outrigger.xds.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Scopes and virtual hosts that requests have asked for, and what waits for them. On the
 * configuration loop.
 */
final class Demands {
  private final Map<Reference.Key, List<Runnable>> waiting = new HashMap<>();
  private final Set<Reference.Key> scopes = new HashSet<>();
  private final Set<Reference.Key> known = new HashSet<>();
  private final List<Runnable> answered = new ArrayList<>();

  /**
   * Whether it has to be asked for: nothing waits for it yet, and the server hasn't said before
   * what it knows of it; it tells of changes by itself.
   */
  boolean add(Reference.Key what, Runnable whenAnswered) {
    if (what.type() == ResourceType.SRDS) {
      scopes.add(what);
    } else if (known.contains(what)) {
      answered.add(whenAnswered);
      return false;
    }
    List<Runnable> others = waiting.computeIfAbsent(what, any -> new ArrayList<>());
    others.add(whenAnswered);
    return others.size() == 1;
  }

  /** Who asked doesn't wait any longer. */
  void withdraw(Reference.Key what, Runnable whenAnswered) {
    List<Runnable> others = waiting.get(what);
    if (others != null && others.remove(whenAnswered) && others.isEmpty()) {
      waiting.remove(what);
    }
  }

  /** The scopes that were asked for. */
  Set<Reference.Key> scopes() {
    return scopes;
  }

  /** The server has taken these back: whoever needs one asks again. */
  void removed(ResourceType type, Collection<String> names, ConfigSource origin) {
    names.forEach(name -> known.remove(new Reference.Key(type, name, origin)));
  }

  /** Nothing comes from other origins any more. */
  void retain(Set<ConfigSource> origins) {
    known.removeIf(key -> !origins.contains(key.origin()));
  }

  /** The server has said what it knows of these. */
  void answered(ResourceType type, Collection<String> names, ConfigSource origin) {
    for (String name : names) {
      Reference.Key key = new Reference.Key(type, name, origin);
      known.add(key);
      List<Runnable> others = waiting.remove(key);
      if (others != null) {
        answered.addAll(others);
      }
    }
  }

  /** All that came is in force: tells who waited. {@code there} says which scopes can serve. */
  void published(Predicate<Reference.Key> there) {
    for (Iterator<Map.Entry<Reference.Key, List<Runnable>>> all = waiting.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<Reference.Key, List<Runnable>> one = all.next();
      if (one.getKey().type() == ResourceType.SRDS && there.test(one.getKey())) {
        answered.addAll(one.getValue());
        all.remove();
      }
    }
    List<Runnable> now = List.copyOf(answered);
    answered.clear();
    now.forEach(Runnable::run);
  }
}
