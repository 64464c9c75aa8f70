package io.outrigger.control.definition;

import io.outrigger.api.yaml.Node;
import io.outrigger.control.resource.Ask;
import io.outrigger.control.resource.Fields;
import io.outrigger.control.resource.Questions;
import io.outrigger.control.resource.ResourceProblems;
import io.outrigger.control.resource.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds out what a reader asks for: it reads a document of nothing, then one of all that it asked
 * for, and so on until it asks for nothing new. What it asks for may depend on a field's value: it
 * also reads one with each value of each field, and without the field.
 */
final class Survey implements Questions {
  private final Outline root = new Outline(Map.of());
  private Map<Outline, Integer> values = Map.of();
  private final IdentityHashMap<Node, Outline> outlines = new IdentityHashMap<>();
  private final IdentityHashMap<Node, Set<Rule>> demands = new IdentityHashMap<>();

  private Survey() {}

  static Outline of(Consumer<Fields> reader) {
    Survey survey = new Survey();
    survey.root.asks().add(new Ask.Mapping());
    int before;
    do {
      before = survey.root.size();
      survey.round(reader);
    } while (survey.root.size() > before);
    return survey.root;
  }

  private void round(Consumer<Fields> reader) {
    List<Outline> all = new ArrayList<>();
    root.collect(all);
    for (Outline one : all) {
      int count = Specimen.count(one);
      for (int value = one == root ? 0 : Specimen.ABSENT; value < count; value++) {
        values = new HashMap<>(one.found());
        values.put(one, value);
        Node.Mapping document = new Specimen(values, outlines).document(root);
        reader.accept(new Fields(document, "", new ResourceProblems(null), this));
        demands.forEach((mapping, rules) -> outline(mapping).read(rules));
        demands.clear();
        outlines.clear();
      }
    }
  }

  private Outline outline(Node node) {
    Outline outline = outlines.get(node);
    if (outline == null) {
      throw new IllegalStateException(node + " is read and isn't of the document");
    }
    return outline;
  }

  @Override
  public void reads(Node.Mapping mapping) {
    demands.computeIfAbsent(mapping, m -> new LinkedHashSet<>());
  }

  @Override
  public void asks(Node.Mapping mapping, String field, Ask ask) {
    outline(mapping).field(field, values).asks().add(ask);
  }

  @Override
  public void asks(Node value, Ask ask) {
    outline(value).asks().add(ask);
  }

  @Override
  public void demands(Node.Mapping mapping, Rule rule) {
    demands.computeIfAbsent(mapping, m -> new LinkedHashSet<>()).add(rule);
  }
}
