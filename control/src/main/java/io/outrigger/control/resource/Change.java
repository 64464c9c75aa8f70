package io.outrigger.control.resource;

import io.outrigger.api.yaml.Place;

/** One resource that was added, changed or removed, and by which file. */
public record Change(ResourceId id, Type type, Place place) {
  /** What happened to the resource. */
  public enum Type {
    ADDED,
    CHANGED,
    REMOVED
  }

  /** As in {@code changed VirtualService shop/reviews (mesh/reviews.yaml:3:1)}. */
  @Override
  public String toString() {
    return type.name().toLowerCase(java.util.Locale.ROOT) + " " + id + " (" + place + ")";
  }
}
