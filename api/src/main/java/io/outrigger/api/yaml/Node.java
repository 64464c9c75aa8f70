package io.outrigger.api.yaml;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a YAML document, with its place. */
public sealed interface Node {
  Place place();

  /** A word for messages: "a mapping", "a list", "a value". */
  String kind();

  /** Keys and values in the order of the text; a key that stands twice is here twice. */
  record Mapping(List<Entry> entries, Place place) implements Node {
    public Mapping {
      entries = List.copyOf(entries);
    }

    /** The value of the last entry with this key, or null. */
    public @Nullable Node get(String key) {
      for (int i = entries.size() - 1; i >= 0; i--) {
        if (entries.get(i).key().equals(key)) {
          return entries.get(i).value();
        }
      }
      return null;
    }

    @Override
    public String kind() {
      return "a mapping";
    }
  }

  /** One key of a mapping with its value; {@code place} is the key's. */
  record Entry(String key, Node value, Place place) {}

  record Sequence(List<Node> items, Place place) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /**
   * A value; what type it is, its reader decides.
   *
   * @param quoted whether it stood in quotes or a block, so that {@code null} and {@code 1} are
   *     text
   */
  record Scalar(String text, boolean quoted, Place place) implements Node {
    @Override
    public boolean isNull() {
      return !quoted && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
    }

    @Override
    public String kind() {
      return isNull()
          ? "nothing"
          : "\"" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "\"";
    }
  }

  /** Whether the node is an absent value: {@code null}, {@code ~} or empty. */
  default boolean isNull() {
    return false;
  }

  /**
   * The deepest node on a field path such as {@code a.b[2].c}: the place to show for an error
   * there. Where the path leads out of the tree, the last node that was on it.
   */
  default Node locate(String fieldPath) {
    Node at = this;
    int i = 0;
    while (i < fieldPath.length()) {
      char c = fieldPath.charAt(i);
      Node next;
      if (fieldPath.startsWith("[\"", i)) {
        int end = fieldPath.indexOf("\"]", i);
        next = end < 0 ? null : step(at, fieldPath.substring(i + 2, end));
        i = end + 2;
      } else if (c == '[') {
        int end = fieldPath.indexOf(']', i);
        next = end < 0 ? null : step(at, fieldPath.substring(i + 1, end));
        i = end + 1;
      } else {
        int from = c == '.' ? i + 1 : i;
        int end = from;
        while (end < fieldPath.length()
            && fieldPath.charAt(end) != '.'
            && fieldPath.charAt(end) != '[') {
          end++;
        }
        next = step(at, fieldPath.substring(from, end));
        i = end;
      }
      if (next == null || i <= 0) {
        return at;
      }
      at = next;
    }
    return at;
  }

  private static @Nullable Node step(Node at, String word) {
    if (at instanceof Mapping m) {
      Node exact = m.get(word);
      return exact != null ? exact : m.get(Suggestion.camel(word));
    }
    if (at instanceof Sequence s) {
      try {
        int index = Integer.parseInt(word);
        return index >= 0 && index < s.items().size() ? s.items().get(index) : null;
      } catch (NumberFormatException e) {
        return null;
      }
    }
    return null;
  }
}
