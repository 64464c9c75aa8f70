package io.outrigger.control.definition;

import io.outrigger.control.resource.Ask;
import io.outrigger.control.resource.Durations;
import io.outrigger.control.resource.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The schema of an outline, as an API server takes it: a type for each value, and what fields
 * demand of each other beside the types. What the reader knows without a type, it looks at itself:
 * there the API server lets anything pass, so that the reader's own message is seen.
 */
final class StructuralSchema {
  static final Map<String, Object> ANYTHING = Map.of("x-kubernetes-preserve-unknown-fields", true);

  private StructuralSchema() {}

  /**
   * The schema, of mappings, lists, texts, numbers and booleans, in the order to write them.
   *
   * @param path for messages
   */
  static Map<String, Object> of(String path, Outline outline) {
    Set<String> words = new LinkedHashSet<>();
    Set<Ask> others = new LinkedHashSet<>();
    boolean filled = false;
    for (Ask ask : outline.asks()) {
      switch (ask) {
        case Ask.Known _ -> {}
        case Ask.Node _ -> {
          return ANYTHING;
        }
        case Ask.Word word -> words.addAll(word.words());
        case Ask.Text text -> {
          others.add(new Ask.Text(false));
          filled |= text.filled();
        }
        default -> others.add(ask);
      }
    }
    if (others.size() + (words.isEmpty() ? 0 : 1) > 1) {
      throw new IllegalStateException(
          path + " is asked for in more than one way, which no schema can say: " + outline.asks());
    }
    if (!words.isEmpty()) {
      return typed("string", "enum", List.copyOf(words));
    }
    for (Ask ask : others) {
      return of(path, outline, filled ? new Ask.Text(true) : ask);
    }
    return ANYTHING;
  }

  private static Map<String, Object> of(String path, Outline outline, Ask ask) {
    return switch (ask) {
      case Ask.Text text ->
          text.filled() ? typed("string", "minLength", 1) : new LinkedHashMap<>(typed("string"));
      case Ask.Flag _ -> typed("boolean");
      case Ask.Duration _ -> typed("string", "pattern", Durations.PATTERN);
      case Ask.Whole(int min, int max) -> typed("integer", "minimum", min, "maximum", max);
      case Ask.Real(double min, double max) -> typed("number", "minimum", min, "maximum", max);
      case Ask.Items _ -> typed("array", "items", of(path + "[]", outline.items(Map.of())));
      case Ask.Entries _ ->
          typed("object", "additionalProperties", of(path + ".*", outline.items(Map.of())));
      case Ask.Mapping _ -> mapping(path, outline);
      case Ask.Known _, Ask.Node _, Ask.Word _ -> throw new AssertionError(ask);
    };
  }

  private static Map<String, Object> mapping(String path, Outline outline) {
    Map<String, Object> properties = new LinkedHashMap<>();
    outline.fields().forEach((name, field) -> properties.put(name, of(path + "." + name, field)));
    Set<String> required = new TreeSet<>();
    List<Map<String, Object>> choices = new ArrayList<>();
    for (Rule rule : outline.rules()) {
      switch (rule) {
        case Rule.Given(String field) -> required.add(field);
        case Rule.Some(String field) -> {
          required.add(field);
          Map<String, Object> list = new LinkedHashMap<>(typed("array", "minItems", 1));
          list.putAll(of(path + "." + field, outline.field(field, Map.of())));
          properties.put(field, list);
        }
        case Rule.AtMostOne(List<String> fields) -> choices.add(atMostOne(fields));
      }
    }
    Map<String, Object> schema = typed("object");
    if (!required.isEmpty()) {
      schema.put("required", List.copyOf(required));
    }
    if (choices.size() == 1) {
      schema.putAll(choices.getFirst());
    } else if (!choices.isEmpty()) {
      schema.put("allOf", choices);
    }
    schema.put("properties", properties);
    return schema;
  }

  /** None of them, or one: "one or the other" alone would demand one. */
  private static Map<String, Object> atMostOne(List<String> fields) {
    List<Object> branches = new ArrayList<>();
    for (String field : fields) {
      branches.add(Map.of("required", List.of(field)));
    }
    List<Object> all = new ArrayList<>();
    all.add(Map.of("not", Map.of("anyOf", List.copyOf(branches))));
    all.addAll(branches);
    return Map.of("oneOf", all);
  }

  private static Map<String, Object> typed(String type, Object... more) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", type);
    for (int i = 0; i < more.length; i += 2) {
      schema.put((String) more[i], more[i + 1]);
    }
    return schema;
  }
}
