package io.outrigger.control.definition;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Place;
import io.outrigger.control.resource.Ask;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document that has what a reader has asked for so far, with the first value of each that comes
 * to mind, but for a few.
 */
final class Specimen {
  static final int ABSENT = -1;

  private static final Place PLACE = new Place("specimen", 1, 1);

  /** A key of a user's own: a port, and a name as well. */
  private static final String KEY = "80";

  /** Stands in a mapping of which nothing is known yet: readers may pass over an empty one. */
  private static final String SOMETHING = "something";

  private final Map<Outline, Integer> values;
  private final IdentityHashMap<Node, Outline> outlines;

  /**
   * A document to be.
   *
   * @param values which of their values some have instead of the first: below {@link #count}, or
   *     {@link #ABSENT}
   * @param outlines gets what each node is of
   */
  Specimen(Map<Outline, Integer> values, IdentityHashMap<Node, Outline> outlines) {
    this.values = values;
    this.outlines = outlines;
  }

  /** How many values of it are told apart. */
  static int count(Outline outline) {
    return words(outline).size();
  }

  Node.Mapping document(Outline root) {
    Node.Mapping document = mapping(root);
    outlines.put(document, root);
    return document;
  }

  /** The node, or null if it isn't there. */
  private @Nullable Node of(Outline outline) {
    int which = values.getOrDefault(outline, 0);
    if (which == ABSENT) {
      return null;
    }
    Node node = node(outline, words(outline).get(which));
    outlines.put(node, outline);
    return node;
  }

  private Node node(Outline outline, String word) {
    if (has(outline, Ask.Mapping.class)) {
      return mapping(outline);
    }
    boolean list = has(outline, Ask.Items.class);
    if (!list && !has(outline, Ask.Entries.class)) {
      return new Node.Scalar(word, false, PLACE);
    }
    Node item = of(outline.items(values));
    if (list) {
      return new Node.Sequence(item == null ? List.of() : List.of(item), PLACE);
    }
    return new Node.Mapping(
        item == null ? List.of() : List.of(new Node.Entry(KEY, item, PLACE)), PLACE);
  }

  private Node.Mapping mapping(Outline outline) {
    List<Node.Entry> entries = new ArrayList<>();
    outline
        .fields()
        .forEach(
            (name, field) -> {
              Node node = of(field);
              if (node != null) {
                entries.add(new Node.Entry(name, node, PLACE));
              }
            });
    if (entries.isEmpty()) {
      entries.add(new Node.Entry(SOMETHING, new Node.Scalar("", true, PLACE), PLACE));
    }
    return new Node.Mapping(entries, PLACE);
  }

  private static boolean has(Outline outline, Class<? extends Ask> type) {
    return outline.asks().stream().anyMatch(type::isInstance);
  }

  private static List<String> words(Outline outline) {
    List<String> words = new ArrayList<>();
    for (Ask ask : outline.asks()) {
      switch (ask) {
        case Ask.Word word -> words.addAll(word.words());
        case Ask.Flag _ -> words.addAll(List.of("true", "false"));
        case Ask.Duration _ -> words.add("1s");
        case Ask.Whole whole -> words.add(Integer.toString(whole.min()));
        case Ask.Real real -> words.add(Double.toString(real.min()));
        case Ask.Text _, Ask.Known _, Ask.Node _, Ask.Items _, Ask.Entries _, Ask.Mapping _ -> {}
      }
    }
    return words.isEmpty() ? List.of("x") : words;
  }
}
