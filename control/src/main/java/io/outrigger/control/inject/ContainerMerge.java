package io.outrigger.control.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A user's own fields of the sidecar's container: a container of its name in the pod, which goes
 * over ours, as Istio has it.
 */
final class ContainerMerge {
  /** Istio's word for the image that injection knows. */
  private static final String AUTO = "auto";

  /** What tells the items of a list of objects apart. */
  private static final List<String> KEYS = List.of("mountPath", "name", "containerPort");

  private ContainerMerge() {}

  /** Puts what the user says over ours; arguments and the like stand in place of ours. */
  static void merge(ObjectNode ours, ObjectNode users) {
    ObjectNode given = users.deepCopy();
    if (AUTO.equals(JsonTree.text(given, "image"))) {
      given.remove("image");
    }
    mergeObject(ours, given);
  }

  static void mergeObject(ObjectNode ours, ObjectNode users) {
    for (Map.Entry<String, JsonNode> entry : users.properties()) {
      JsonNode own = ours.get(entry.getKey());
      if (own instanceof ObjectNode object && entry.getValue() instanceof ObjectNode given) {
        mergeObject(object, given);
      } else if (own instanceof ArrayNode list
          && entry.getValue() instanceof ArrayNode given
          && key(given) != null) {
        mergeList(list, given);
      } else {
        ours.set(entry.getKey(), entry.getValue());
      }
    }
  }

  private static void mergeList(ArrayNode ours, ArrayNode users) {
    String key = key(users);
    for (JsonNode item : users) {
      ObjectNode same = null;
      for (JsonNode own : ours) {
        if (own instanceof ObjectNode object && item.path(key).equals(object.path(key))) {
          same = object;
        }
      }
      if (same == null) {
        ours.add(item);
      } else {
        same.removeAll();
        same.setAll((ObjectNode) item);
      }
    }
  }

  private static @Nullable String key(ArrayNode list) {
    for (String key : KEYS) {
      boolean all = !list.isEmpty();
      for (JsonNode item : list) {
        all &= item instanceof ObjectNode && item.has(key);
      }
      if (all) {
        return key;
      }
    }
    return null;
  }
}
