package io.outrigger.control.definition;

import io.outrigger.control.resource.Ask;
import io.outrigger.control.resource.Rule;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a reader asks of one value, and of those in it; grows while the reader is listened to. */
final class Outline {
  private final Map<Outline, Integer> found;
  private final Set<Ask> asks = new LinkedHashSet<>();
  private final Map<String, Outline> fields = new TreeMap<>();
  private @Nullable Outline items;
  private @Nullable Set<Rule> rules;

  /**
   * Of a value that was asked for now for the first time.
   *
   * @param found what the document had in place of others' first values
   */
  Outline(Map<Outline, Integer> found) {
    this.found = Map.copyOf(found);
  }

  /** What a document must have for it to be asked for: which value of which others. */
  Map<Outline, Integer> found() {
    return found;
  }

  /** As what it is asked for, first what was heard first. */
  Set<Ask> asks() {
    return asks;
  }

  /** The fields of a mapping, by name. */
  Map<String, Outline> fields() {
    return fields;
  }

  Outline field(String name, Map<Outline, Integer> now) {
    return fields.computeIfAbsent(name, n -> new Outline(now));
  }

  /** What a list's items are, or the values of a mapping whose keys are the user's own. */
  Outline items(Map<Outline, Integer> now) {
    if (items == null) {
      items = new Outline(now);
    }
    return items;
  }

  /** What was demanded of the fields whenever the mapping was read. */
  Set<Rule> rules() {
    return rules == null ? Set.of() : rules;
  }

  /** The mapping was read once, and this was demanded: what depends on its values is no rule. */
  void read(Set<Rule> demanded) {
    if (rules == null) {
      rules = new LinkedHashSet<>(demanded);
    } else {
      rules.retainAll(demanded);
    }
  }

  /** This one and all in it. */
  void collect(List<Outline> into) {
    into.add(this);
    fields.values().forEach(field -> field.collect(into));
    if (items != null) {
      items.collect(into);
    }
  }

  /** How much is known: it grows with whatever is heard for the first time. */
  int size() {
    int size = 1 + asks.size();
    for (Outline field : fields.values()) {
      size += field.size();
    }
    return items == null ? size : size + items.size();
  }
}
