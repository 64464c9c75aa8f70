package io.outrigger.control.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.outrigger.api.yaml.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Small steps in JSON trees of Kubernetes objects. */
public final class JsonTree {
  static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9]{0,17})");
  private static final Pattern FRACTION =
      Pattern.compile("[-+]?([0-9]+\\.[0-9]*|\\.?[0-9]+)([eE][-+]?[0-9]+)?");

  private JsonTree() {}

  /** A YAML tree with the types that YAML's core schema gives to plain scalars. */
  public static JsonNode of(Node node) {
    if (node instanceof Node.Mapping mapping) {
      ObjectNode out = NODES.objectNode();
      mapping.entries().forEach(entry -> out.set(entry.key(), of(entry.value())));
      return out;
    }
    if (node instanceof Node.Sequence sequence) {
      ArrayNode out = NODES.arrayNode();
      sequence.items().forEach(item -> out.add(of(item)));
      return out;
    }
    Node.Scalar scalar = (Node.Scalar) node;
    String text = scalar.text();
    if (scalar.isNull()) {
      return NODES.nullNode();
    }
    if (scalar.quoted()) {
      return NODES.textNode(text);
    }
    if (text.equals("true") || text.equals("false")) {
      return NODES.booleanNode(text.equals("true"));
    }
    if (WHOLE.matcher(text).matches()) {
      return NODES.numberNode(Long.parseLong(text));
    }
    return FRACTION.matcher(text).matches()
        ? NODES.numberNode(Double.parseDouble(text))
        : NODES.textNode(text);
  }

  /** The object of that name; null if there is none. */
  static @Nullable ObjectNode object(@Nullable JsonNode in, String name) {
    return in != null && in.get(name) instanceof ObjectNode found ? found : null;
  }

  /** The object of that name, made if need be. */
  static ObjectNode make(ObjectNode in, String name) {
    return in.get(name) instanceof ObjectNode found ? found : in.putObject(name);
  }

  /** The list of that name, made if need be. */
  static ArrayNode list(ObjectNode in, String name) {
    return in.get(name) instanceof ArrayNode found ? found : in.putArray(name);
  }

  /** The objects of a list; none if there is no such list. */
  static List<ObjectNode> objects(@Nullable JsonNode in, String name) {
    List<ObjectNode> out = new ArrayList<>();
    if (in != null && in.get(name) instanceof ArrayNode list) {
      for (JsonNode item : list) {
        if (item instanceof ObjectNode object) {
          out.add(object);
        }
      }
    }
    return out;
  }

  static String text(@Nullable JsonNode in, String name) {
    JsonNode found = in == null ? null : in.get(name);
    return found == null || !found.isValueNode() || found.isNull() ? "" : found.asText();
  }

  static Map<String, String> texts(@Nullable JsonNode in, String name) {
    Map<String, String> out = new LinkedHashMap<>();
    ObjectNode found = object(in, name);
    if (found != null) {
      for (Map.Entry<String, JsonNode> entry : found.properties()) {
        out.put(entry.getKey(), entry.getValue().asText());
      }
    }
    return out;
  }
}
