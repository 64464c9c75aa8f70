package io.outrigger.control.resource;

import io.outrigger.api.yaml.Place;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;

/** One resource as read: its identity, its labels, where it came from, and its content. */
public record Resource(
    ResourceId id,
    Map<String, String> labels,
    Map<String, String> annotations,
    Instant created,
    Place place,
    Spec spec) {
  /** Oldest first, then by name: the order in which Istio resolves conflicts. */
  public static final Comparator<Resource> OLDEST_FIRST =
      Comparator.comparing(Resource::created).thenComparing(Resource::id);

  /** Whether the other says the same, wherever it stands. */
  public boolean sameContent(Resource other) {
    return id.equals(other.id)
        && labels.equals(other.labels)
        && annotations.equals(other.annotations)
        && created.equals(other.created)
        && spec.equals(other.spec);
  }

  public String namespace() {
    return id.namespace();
  }

  public String name() {
    return id.name();
  }
}
