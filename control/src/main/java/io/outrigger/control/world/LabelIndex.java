package io.outrigger.control.world;

import io.outrigger.control.resource.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Resources by namespace and label, for selectors. */
final class LabelIndex {
  private record Key(String namespace, String label, String value) {}

  private record Labelled(Resource resource, Map<String, String> labels) {}

  private final Map<Key, List<Labelled>> byLabel = new HashMap<>();

  void add(Resource resource, Map<String, String> labels) {
    Labelled labelled = new Labelled(resource, labels);
    labels.forEach(
        (label, value) ->
            byLabel
                .computeIfAbsent(
                    new Key(resource.namespace(), label, value), k -> new ArrayList<>())
                .add(labelled));
  }

  /** Those of a namespace that carry all of these labels; none for an empty selector. */
  List<Resource> select(String namespace, Map<String, String> selector) {
    List<Labelled> fewest = null;
    for (Map.Entry<String, String> wanted : selector.entrySet()) {
      List<Labelled> some =
          byLabel.getOrDefault(new Key(namespace, wanted.getKey(), wanted.getValue()), List.of());
      if (fewest == null || some.size() < fewest.size()) {
        fewest = some;
      }
    }
    if (fewest == null) {
      return List.of();
    }
    List<Resource> out = new ArrayList<>();
    for (Labelled labelled : fewest) {
      if (labelled.labels.entrySet().containsAll(selector.entrySet())) {
        out.add(labelled.resource);
      }
    }
    return out;
  }
}
