package io.outrigger.control.resource;

import io.outrigger.api.yaml.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Picks parts out of a document that is another's to check: what isn't as expected is absent. */
public final class Tree {
  private Tree() {}

  public static Node.@Nullable Mapping mapping(Node.@Nullable Mapping parent, String name) {
    return parent != null && parent.get(name) instanceof Node.Mapping found ? found : null;
  }

  /** The mappings of a list; what else stands in it is left out. */
  public static List<Node.Mapping> mappings(Node.@Nullable Mapping parent, String name) {
    return parent == null ? List.of() : mappings(parent.get(name));
  }

  /** Likewise of a list itself. */
  public static List<Node.Mapping> mappings(@Nullable Node list) {
    return list instanceof Node.Sequence found
        ? found.items().stream()
            .filter(Node.Mapping.class::isInstance)
            .map(Node.Mapping.class::cast)
            .toList()
        : List.of();
  }

  public static @Nullable String text(Node.@Nullable Mapping parent, String name) {
    return parent != null && parent.get(name) instanceof Node.Scalar found && !found.isNull()
        ? found.text()
        : null;
  }
}
