package io.outrigger.control.apiserver;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects of an API server in the form that readers of files take; their place is their name. */
final class ObjectNodes {
  private ObjectNodes() {}

  /** The document of an object; of its metadata only what a mesh reads. */
  static Node document(GenericKubernetesResource object, String name) {
    Place place = new Place(name, 0, 0);
    List<Node.Entry> top = new ArrayList<>();
    add(top, "apiVersion", object.getApiVersion(), place);
    add(top, "kind", object.getKind(), place);
    top.add(new Node.Entry("metadata", metadata(object, place), place));
    object.getAdditionalProperties().forEach((key, value) -> add(top, key, value, place));
    return new Node.Mapping(top, place);
  }

  private static Node metadata(GenericKubernetesResource object, Place place) {
    var metadata = object.getMetadata();
    List<Node.Entry> out = new ArrayList<>();
    add(out, "name", metadata.getName(), place);
    add(out, "namespace", metadata.getNamespace(), place);
    add(out, "creationTimestamp", metadata.getCreationTimestamp(), place);
    add(out, "generation", metadata.getGeneration(), place);
    add(out, "labels", metadata.getLabels(), place);
    add(out, "annotations", metadata.getAnnotations(), place);
    return new Node.Mapping(out, place);
  }

  private static void add(List<Node.Entry> to, String key, @Nullable Object value, Place place) {
    if (value != null) {
      to.add(new Node.Entry(key, node(value, place), place));
    }
  }

  private static Node node(Object value, Place place) {
    return switch (value) {
      case Map<?, ?> map -> {
        List<Node.Entry> entries = new ArrayList<>(map.size());
        map.forEach((key, inner) -> add(entries, String.valueOf(key), inner, place));
        yield new Node.Mapping(entries, place);
      }
      case List<?> list -> {
        List<Node> items = new ArrayList<>(list.size());
        for (Object item : list) {
          items.add(item == null ? new Node.Scalar("", false, place) : node(item, place));
        }
        yield new Node.Sequence(items, place);
      }
      case String text -> new Node.Scalar(text, true, place);
      default -> new Node.Scalar(String.valueOf(value), false, place);
    };
  }
}
