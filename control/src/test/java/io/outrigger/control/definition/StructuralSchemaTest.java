package io.outrigger.control.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.control.resource.Durations;
import io.outrigger.control.resource.Fields;
import io.outrigger.control.resource.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** From readers to schemas. */
class StructuralSchemaTest {
  private enum Color {
    RED,
    OFF
  }

  static Stream<Arguments> readers() {
    return Stream.of(
        reader("a text", f -> f.string("a"), "a: {type: string}"),
        reader("a flag", f -> f.flag("a"), "a: {type: boolean}"),
        reader("a port", f -> f.port("a"), "a: {type: integer, minimum: 1, maximum: 65535}"),
        reader(
            "a number", f -> f.number("a", 0, 0.5), "a: {type: number, minimum: 0, maximum: 0.5}"),
        reader(
            "a duration",
            f -> f.duration("a"),
            "a: {type: string, pattern: '" + Durations.PATTERN + "'}"),
        reader(
            "an enum; a word of it is no text in YAML 1.1",
            f -> f.oneOf("a", Color.class, Color.RED),
            "a: {type: string, enum: [RED, 'OFF']}"),
        reader(
            "a word that is known and refused",
            f -> {
              if (!f.unsupported("a", "BLUE", "isn't there yet")) {
                f.oneOf("a", Color.class, Color.RED);
              }
            },
            "a: {type: string, enum: [BLUE, RED, 'OFF']}"),
        reader("texts", f -> f.strings("a"), "a: {type: array, items: {type: string}}"),
        reader(
            "texts by key",
            f -> f.stringMap("a"),
            "a: {type: object, additionalProperties: {type: string}}"),
        reader(
            "numbers by key",
            f -> f.entries("a").forEach(e -> f.integer(e.value(), "a", 0, 9)),
            "a: {type: object, additionalProperties: {type: integer, minimum: 0, maximum: 9}}"),
        reader(
            "mappings by key, of which empty ones aren't looked into",
            f -> {
              for (var entry : f.entries("a")) {
                if (!entry.value().equals(emptied(entry.value()))) {
                  f.object(entry.value(), "a", g -> g.string("b"));
                }
              }
            },
            """
            a:
              type: object
              additionalProperties:
                type: object
                properties: {b: {type: string}}"""),
        reader(
            "a list of mappings, by name",
            f -> f.objects("a", g -> g.string("c") + g.string("b")),
            """
            a:
              type: array
              items:
                type: object
                properties: {b: {type: string}, c: {type: string}}"""),
        reader(
            "fields of no type here",
            f -> {
              f.unsupported("a");
              f.ignored("b", "has no effect");
              f.skip("c");
            },
            """
            a: {x-kubernetes-preserve-unknown-fields: true}
            b: {x-kubernetes-preserve-unknown-fields: true}
            c: {x-kubernetes-preserve-unknown-fields: true}"""),
        reader(
            "a value that the reader looks at itself",
            f -> {
              if (f.node("a") != null) {
                f.object(f.node("a"), "a", g -> g.string("b"));
              }
            },
            "a: {x-kubernetes-preserve-unknown-fields: true}"),
        reader(
            "a field that is asked for by another's value",
            f -> {
              if (f.oneOf("a", Color.class, Color.RED) == Color.OFF) {
                f.object("b", g -> g.flag("on") ? "" : g.string("c"));
              }
            },
            """
            a: {type: string, enum: [RED, 'OFF']}
            b:
              type: object
              properties: {c: {type: string}, 'on': {type: boolean}}"""),
        reader(
            "a field that is asked for without another",
            f -> {
              if (f.string("a") == null) {
                f.string("b");
              }
            },
            """
            a: {type: string}
            b: {type: string}"""));
  }

  /** Fields alone say nothing of each other; the expectation is what stands under properties. */
  private static Arguments reader(String name, Consumer<Fields> reader, String properties) {
    return Arguments.of(Named.of(name, reader), properties);
  }

  private static io.outrigger.api.yaml.Node emptied(io.outrigger.api.yaml.Node node) {
    return new io.outrigger.api.yaml.Node.Mapping(List.of(), node.place());
  }

  @ParameterizedTest
  @MethodSource("readers")
  void fieldsAreWhatTheReaderAsksFor(Consumer<Fields> reader, String expected) {
    Map<String, Object> schema = schema(reader);
    assertThat(schema).containsOnlyKeys("type", "properties").containsEntry("type", "object");
    Map<?, ?> properties = (Map<?, ?>) schema.get("properties");
    assertThat(YamlText.of(properties)).isEqualTo(expected + "\n");
  }

  @Test
  void whatIsAlwaysDemandedIsARule() {
    Consumer<Fields> reader =
        f -> {
          f.required("name");
          f.given("port", "must be given");
          f.port("port");
          f.some("hosts", f.strings("hosts"), "must name one");
          if (f.oneOf("mode", Color.class, Color.RED) == Color.OFF) {
            f.given("reason", "must be given");
            f.choice("reason", "hosts");
          }
          f.string("reason");
          f.choice("mode", "reason");
        };
    assertThat(YamlText.of(schema(reader)))
        .isEqualTo(
            """
            type: object
            required: [hosts, name, port]
            oneOf:
            - not:
                anyOf:
                - {required: [mode]}
                - {required: [reason]}
            - {required: [mode]}
            - {required: [reason]}
            properties:
              hosts: {type: array, minItems: 1, items: {type: string}}
              mode: {type: string, enum: [RED, 'OFF']}
              name: {type: string, minLength: 1}
              port: {type: integer, minimum: 1, maximum: 65535}
              reason: {type: string}
            """);
  }

  @Test
  void twoChoicesStandSideBySide() {
    Consumer<Fields> reader =
        f -> {
          for (String name : List.of("a", "b", "c", "d")) {
            f.bool(name);
          }
          f.choice("a", "b");
          f.choice("c", "d");
        };
    Map<String, Object> schema = schema(reader);
    assertThat(schema).containsKey("allOf").doesNotContainKey("oneOf");
    assertThat((List<?>) schema.get("allOf")).hasSize(2);
  }

  @Test
  void aFieldThatIsAskedForInTwoWaysHasNoSchema() {
    assertThatThrownBy(
            () ->
                schema(
                    f -> {
                      f.string("a");
                      f.flag("a");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("spec.a is asked for in more than one way");
  }

  static Stream<Kind> kinds() {
    return Arrays.stream(Kind.values()).filter(Kind::needsDefinition);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyDefinitionIsStructural(Kind kind) {
    Definition definition = Definition.of(kind);
    List<String> wrong = new ArrayList<>();
    check("spec", definition.specSchema(), wrong);
    assertThat(wrong).isEmpty();
    assertThat(YamlText.of(definition.tree())).isEqualTo(YamlText.of(Definition.of(kind).tree()));
  }

  /**
   * Each value has a type, or holds anything; a mapping's fields are of one kind, listed or not.
   */
  private static void check(String path, Map<?, ?> schema, List<String> wrong) {
    if (schema.equals(StructuralSchema.ANYTHING)) {
      return;
    }
    if (!Arrays.asList("string", "integer", "number", "boolean", "array", "object")
        .contains(schema.get("type"))) {
      wrong.add(path + " has no type");
    }
    if (schema.get("type").equals("object")
        == (schema.containsKey("properties") == schema.containsKey("additionalProperties"))) {
      wrong.add(path + " has no fields, or fields of two kinds");
    }
    if (schema.get("properties") instanceof Map<?, ?> properties) {
      properties.forEach((name, inner) -> check(path + "." + name, (Map<?, ?>) inner, wrong));
      List<?> required = (List<?>) schema.get("required");
      if (required != null && !properties.keySet().containsAll(required)) {
        wrong.add(path + " requires what it hasn't");
      }
    }
    if (schema.get("additionalProperties") instanceof Map<?, ?> inner) {
      check(path + ".*", inner, wrong);
    }
    if (schema.get("items") instanceof Map<?, ?> inner) {
      check(path + "[]", inner, wrong);
    }
  }

  private static Map<String, Object> schema(Consumer<Fields> reader) {
    return StructuralSchema.of("spec", Survey.of(reader));
  }
}
