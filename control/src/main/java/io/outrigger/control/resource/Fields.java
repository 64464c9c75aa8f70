package io.outrigger.control.resource;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Place;
import io.outrigger.api.yaml.Suggestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cursor on one mapping of a YAML tree: each field is asked for by name and type.
 *
 * <p>What isn't as asked becomes a problem with its place and path, and reads as absent. After the
 * last field {@link #end} reports those that no one asked for.
 */
public final class Fields {
  private final Node.Mapping mapping;
  private final String path;
  private final ResourceProblems problems;
  private final @Nullable Questions questions;
  private final Set<String> known = new LinkedHashSet<>();

  public Fields(Node.Mapping mapping, String path, ResourceProblems problems) {
    this(mapping, path, problems, null);
  }

  /**
   * Likewise for someone who wants to know what is asked.
   *
   * @param questions hears it, of the mappings in this one too
   */
  public Fields(
      Node.Mapping mapping, String path, ResourceProblems problems, @Nullable Questions questions) {
    this.mapping = mapping;
    this.path = path;
    this.problems = problems;
    this.questions = questions;
    if (questions != null) {
      questions.reads(mapping);
    }
    Set<String> seen = new LinkedHashSet<>();
    for (Node.Entry entry : mapping.entries()) {
      if (!seen.add(entry.key())) {
        problems.error(entry.place(), at(entry.key()), "stands here twice");
      }
    }
  }

  /** Whether the field stands there with a value. */
  public boolean has(String name) {
    return ask(name, new Ask.Known()) != null;
  }

  /** The field's value as it stands, or null when absent. */
  public @Nullable Node node(String name) {
    return ask(name, new Ask.Node());
  }

  public @Nullable String string(String name) {
    Node node = ask(name, new Ask.Text(false));
    return node == null ? null : text(node, at(name));
  }

  public String string(String name, String otherwise) {
    String text = string(name);
    return text == null ? otherwise : text;
  }

  /** A text that must be there and not be empty; "" after the error. */
  public String required(String name) {
    demand(new Rule.Given(name));
    Node node = ask(name, new Ask.Text(true));
    String text = node == null ? null : text(node, at(name));
    if (text == null || text.isEmpty()) {
      if (text != null || node == null) {
        problems.error(place(name), at(name), "must not be empty");
      }
      return "";
    }
    return text;
  }

  /** Reports a field that isn't there. */
  public void given(String name, String message) {
    demand(new Rule.Given(name));
    if (!has(name)) {
      error(name, message);
    }
  }

  /** Reports a list that isn't there or is empty, as it was read. */
  public void some(String name, List<?> read, String message) {
    demand(new Rule.Some(name));
    if (read.isEmpty()) {
      error(name, message);
    }
  }

  /**
   * How many of these fields stand here, of which more than one is an error that the caller tells.
   */
  public int choice(String... names) {
    demand(new Rule.AtMostOne(List.of(names)));
    int given = 0;
    for (String name : names) {
      given += has(name) ? 1 : 0;
    }
    return given;
  }

  public @Nullable Boolean bool(String name) {
    Node node = ask(name, new Ask.Flag());
    if (node == null) {
      return null;
    }
    if (node instanceof Node.Scalar scalar && !scalar.quoted()) {
      switch (scalar.text()) {
        case "true" -> {
          return true;
        }
        case "false" -> {
          return false;
        }
        default -> {}
      }
    }
    problems.error(node.place(), at(name), "found " + node.kind() + "; must be true or false");
    return null;
  }

  public boolean flag(String name) {
    Boolean value = bool(name);
    return value != null && value;
  }

  public @Nullable Integer integer(String name, int min, int max) {
    Node node = ask(name, new Ask.Whole(min, max));
    return node == null ? null : whole(node, at(name), min, max);
  }

  /** A TCP port, 1 to 65535. */
  public @Nullable Integer port(String name) {
    return integer(name, 1, 65535);
  }

  public @Nullable Double number(String name, double min, double max) {
    Node node = ask(name, new Ask.Real(min, max));
    if (node == null) {
      return null;
    }
    if (node instanceof Node.Scalar scalar && !scalar.quoted()) {
      try {
        double value = Double.parseDouble(scalar.text());
        if (value >= min && value <= max) {
          return value;
        }
      } catch (NumberFormatException e) {
        // said below
      }
    }
    problems.error(
        node.place(),
        at(name),
        "found " + node.kind() + "; must be a number from " + plain(min) + " to " + plain(max));
    return null;
  }

  public @Nullable Duration duration(String name) {
    Node node = ask(name, new Ask.Duration());
    if (node == null) {
      return null;
    }
    Duration value = node instanceof Node.Scalar scalar ? Durations.parse(scalar.text()) : null;
    if (value == null) {
      problems.error(
          node.place(),
          at(name),
          "found " + node.kind() + "; must be a duration such as 1.5s, 250ms or 1h30m");
    }
    return value;
  }

  /** One of an enum's names, exactly as written. */
  public <E extends Enum<E>> E oneOf(String name, Class<E> type, E otherwise) {
    List<String> words =
        Arrays.stream(type.getEnumConstants()).map(constant -> constant.name()).toList();
    String word = oneOf(name, words);
    return word == null ? otherwise : Enum.valueOf(type, word);
  }

  /** One of some words, exactly as written; null when absent or another. */
  public @Nullable String oneOf(String name, List<String> allowed) {
    Node node = ask(name, new Ask.Word(allowed));
    if (node == null) {
      return null;
    }
    String word = node instanceof Node.Scalar scalar ? scalar.text() : "";
    if (allowed.contains(word)) {
      return word;
    }
    problems.error(
        node.place(),
        at(name),
        "found "
            + node.kind()
            + (allowed.size() == 1 ? "; must be " : "; must be one of ")
            + String.join(", ", allowed)
            + Suggestion.clause(word, allowed));
    return null;
  }

  /**
   * Whether the field has a word that Istio knows and this mesh doesn't: its resource is refused.
   */
  public boolean unsupported(String name, String word, String message) {
    Node node = ask(name, new Ask.Word(List.of(word)));
    boolean found = node instanceof Node.Scalar scalar && scalar.text().equals(word);
    if (found) {
      error(name, message);
    }
    return found;
  }

  public List<String> strings(String name) {
    List<String> out = new ArrayList<>();
    int index = 0;
    for (Node item : items(name)) {
      ask(item, new Ask.Text(false));
      String text = text(item, at(name) + "[" + index++ + "]");
      if (text != null) {
        out.add(text);
      }
    }
    return List.copyOf(out);
  }

  /** A mapping of texts, in the order of the file. */
  public Map<String, String> stringMap(String name) {
    Map<String, String> out = new LinkedHashMap<>();
    for (Node.Entry entry : entries(name)) {
      ask(entry.value(), new Ask.Text(false));
      String text = entry.value().isNull() ? "" : text(entry.value(), at(name) + "." + entry.key());
      if (text != null) {
        out.put(entry.key(), text);
      }
    }
    return java.util.Collections.unmodifiableMap(out);
  }

  /** The entries of a mapping whose keys are the user's own. */
  public List<Node.Entry> entries(String name) {
    Node node = ask(name, new Ask.Entries());
    if (node == null) {
      return List.of();
    }
    if (node instanceof Node.Mapping map) {
      return map.entries();
    }
    problems.error(node.place(), at(name), "found " + node.kind() + "; must be a mapping");
    return List.of();
  }

  /** Reads a nested mapping, and reports what it has too much; null when absent. */
  public <T> @Nullable T object(String name, Function<Fields, T> reader) {
    Node node = ask(name, new Ask.Mapping());
    return node == null ? null : mapping(node, at(name), reader);
  }

  /** Likewise for a node that isn't a field of its own. */
  public <T> @Nullable T object(Node node, String where, Function<Fields, T> reader) {
    ask(node, new Ask.Mapping());
    return mapping(node, where, reader);
  }

  private <T> @Nullable T mapping(Node node, String where, Function<Fields, T> reader) {
    if (!(node instanceof Node.Mapping map)) {
      problems.error(node.place(), where, "found " + node.kind() + "; must be a mapping");
      return null;
    }
    Fields fields = new Fields(map, where, problems, questions);
    T value = reader.apply(fields);
    fields.end();
    return value;
  }

  /** Reads a list of mappings. */
  public <T> List<T> objects(String name, Function<Fields, T> reader) {
    List<T> out = new ArrayList<>();
    int index = 0;
    for (Node item : items(name)) {
      T value = object(item, at(name) + "[" + index++ + "]", reader);
      if (value != null) {
        out.add(value);
      }
    }
    return List.copyOf(out);
  }

  /** A field that Istio has and this mesh doesn't: its resource is refused. */
  public void unsupported(String name) {
    if (has(name)) {
      problems.error(place(name), at(name), "isn't supported yet; remove it");
    }
  }

  /** A field that may stand there but has no effect. */
  public void ignored(String name, String why) {
    if (has(name)) {
      problems.warning(place(name), at(name), why);
    }
  }

  /** A field that is allowed and of no interest. */
  public void skip(String... names) {
    for (String name : names) {
      ask(name, new Ask.Known());
    }
  }

  /** An error about a field, or about the mapping itself when the name is empty. */
  public void error(String name, String message) {
    problems.error(place(name), at(name), message);
  }

  public void warning(String name, String message) {
    problems.warning(place(name), at(name), message);
  }

  public void error(Node node, String where, String message) {
    problems.error(node.place(), where, message);
  }

  /** Whether someone has asked for a field of that name. */
  public boolean knows(String name) {
    return known.contains(name);
  }

  /** Reports the fields that no one asked for. */
  public void end() {
    for (Node.Entry entry : mapping.entries()) {
      if (!known.contains(entry.key())) {
        problems.error(
            entry.place(),
            at(entry.key()),
            "unknown field"
                + Suggestion.clause(entry.key(), known)
                + " (allowed: "
                + String.join(", ", known)
                + ")");
      }
    }
  }

  public Place place() {
    return mapping.place();
  }

  /** The full path of a field. */
  public String at(String name) {
    if (name.isEmpty()) {
      return path;
    }
    return path.isEmpty() ? name : path + "." + name;
  }

  /** A scalar's text, or null after an error. */
  private @Nullable String text(Node node, String where) {
    if (node instanceof Node.Scalar scalar) {
      return scalar.isNull() ? "" : scalar.text();
    }
    problems.error(node.place(), where, "found " + node.kind() + "; must be a text");
    return null;
  }

  /** A whole number, or null after an error. */
  public @Nullable Integer integer(Node node, String where, int min, int max) {
    ask(node, new Ask.Whole(min, max));
    return whole(node, where, min, max);
  }

  private @Nullable Integer whole(Node node, String where, int min, int max) {
    if (node instanceof Node.Scalar scalar && !scalar.quoted()) {
      try {
        int value = Integer.parseInt(scalar.text());
        if (value >= min && value <= max) {
          return value;
        }
      } catch (NumberFormatException e) {
        // said below
      }
    }
    problems.error(
        node.place(),
        where,
        "found " + node.kind() + "; must be a whole number from " + min + " to " + max);
    return null;
  }

  /** The field's value, or null when absent. */
  private @Nullable Node ask(String name, Ask ask) {
    known.add(name);
    if (questions != null) {
      questions.asks(mapping, name, ask);
    }
    Node node = mapping.get(name);
    return node == null || node.isNull() ? null : node;
  }

  private void ask(Node node, Ask ask) {
    if (questions != null) {
      questions.asks(node, ask);
    }
  }

  private void demand(Rule rule) {
    if (questions != null) {
      questions.demands(mapping, rule);
    }
  }

  private List<Node> items(String name) {
    Node node = ask(name, new Ask.Items());
    if (node == null) {
      return List.of();
    }
    if (node instanceof Node.Sequence sequence) {
      return sequence.items();
    }
    problems.error(node.place(), at(name), "found " + node.kind() + "; must be a list");
    return List.of();
  }

  private Place place(String name) {
    for (Node.Entry entry : mapping.entries()) {
      if (entry.key().equals(name)) {
        return entry.value().isNull() ? entry.place() : entry.value().place();
      }
    }
    return mapping.place();
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }
}
