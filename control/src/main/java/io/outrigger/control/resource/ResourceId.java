package io.outrigger.control.resource;

import java.util.Comparator;

/** What a resource is known by: kind, namespace (empty for the cluster's own) and name. */
public record ResourceId(Kind kind, String namespace, String name)
    implements Comparable<ResourceId> {
  private static final Comparator<ResourceId> ORDER =
      Comparator.comparing(ResourceId::kind)
          .thenComparing(ResourceId::namespace)
          .thenComparing(ResourceId::name);

  @Override
  public int compareTo(ResourceId other) {
    return ORDER.compare(this, other);
  }

  /** As in {@code VirtualService shop/reviews}. */
  @Override
  public String toString() {
    return kind.kindName() + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
  }
}
