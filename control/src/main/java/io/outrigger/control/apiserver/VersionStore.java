package io.outrigger.control.apiserver;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a watch must remember of objects to see what a new list has changed: their names and
 * versions. Their content is held by the world that is made of it, and not twice.
 */
final class VersionStore implements ItemStore<GenericKubernetesResource> {
  private final Map<String, GenericKubernetesResource> objects = new ConcurrentHashMap<>();

  /** What an object is known by among those of its kind. */
  static String key(GenericKubernetesResource object) {
    String namespace = object.getMetadata().getNamespace();
    String name = object.getMetadata().getName();
    return namespace == null ? name : namespace + "/" + name;
  }

  @Override
  public String getKey(GenericKubernetesResource object) {
    return key(object);
  }

  @Override
  public @Nullable GenericKubernetesResource put(String key, GenericKubernetesResource object) {
    GenericKubernetesResource kept = new GenericKubernetesResource();
    kept.setApiVersion(object.getApiVersion());
    kept.setKind(object.getKind());
    kept.setMetadata(
        new ObjectMetaBuilder()
            .withName(object.getMetadata().getName())
            .withNamespace(object.getMetadata().getNamespace())
            .withUid(object.getMetadata().getUid())
            .withResourceVersion(object.getMetadata().getResourceVersion())
            .build());
    return objects.put(key, kept);
  }

  @Override
  public @Nullable GenericKubernetesResource remove(String key) {
    return objects.remove(key);
  }

  @Override
  public Stream<String> keySet() {
    return objects.keySet().stream();
  }

  @Override
  public Stream<GenericKubernetesResource> values() {
    return objects.values().stream();
  }

  @Override
  public int size() {
    return objects.size();
  }

  @Override
  public @Nullable GenericKubernetesResource get(String key) {
    return objects.get(key);
  }

  /** The store doesn't hold whole objects. */
  @Override
  public boolean isFullState() {
    return false;
  }
}
