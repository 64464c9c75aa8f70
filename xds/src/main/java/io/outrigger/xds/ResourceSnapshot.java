package io.outrigger.xds;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that one client should hold: immutable, and it shares unchanged resources. */
public final class ResourceSnapshot {
  /** Nothing at all. */
  public static final ResourceSnapshot EMPTY = builder("").build();

  private final String version;
  private final Map<ResourceType, Map<String, VersionedResource>> resources;

  private ResourceSnapshot(
      String version, Map<ResourceType, Map<String, VersionedResource>> resources) {
    this.version = version;
    this.resources = resources;
  }

  /**
   * Starts a snapshot.
   *
   * @param version what logs and clients' pages will call this state; the versions that decide on
   *     what is sent are the resources' own
   */
  public static Builder builder(String version) {
    return new Builder(version);
  }

  public String version() {
    return version;
  }

  /** The resources of a type by name, in the order in which they were added. */
  public Map<String, VersionedResource> all(ResourceType type) {
    return resources.getOrDefault(type, Map.of());
  }

  public @Nullable VersionedResource get(ResourceType type, String name) {
    return all(type).get(name);
  }

  /** Collects resources; a second one of the same type and name replaces the first. */
  public static final class Builder {
    private final String version;
    private final Map<ResourceType, Map<String, VersionedResource>> resources =
        new EnumMap<>(ResourceType.class);

    private Builder(String version) {
      this.version = version;
    }

    public Builder add(ResourceType type, VersionedResource resource) {
      resources.computeIfAbsent(type, t -> new LinkedHashMap<>()).put(resource.name(), resource);
      return this;
    }

    public ResourceSnapshot build() {
      return new ResourceSnapshot(version, new EnumMap<>(resources));
    }
  }
}
