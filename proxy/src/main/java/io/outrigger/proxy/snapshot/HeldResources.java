package io.outrigger.proxy.snapshot;

import com.google.protobuf.MessageLite;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The resources of one type by name, and what was refused of them. On the configuration loop. */
public final class HeldResources<T> {
  private final TreeMap<String, Held<T>> held = new TreeMap<>();
  private final TreeMap<String, Refused> refused = new TreeMap<>();
  private String version = "";

  public @Nullable Held<T> get(String name) {
    return held.get(name);
  }

  public @Nullable T value(String name) {
    Held<T> found = held.get(name);
    return found == null ? null : found.value();
  }

  /** All that are held, in the order of their names. */
  public Collection<Held<T>> all() {
    return Collections.unmodifiableCollection(held.values());
  }

  public Map<String, Refused> refused() {
    return Collections.unmodifiableMap(refused);
  }

  /** What the control plane called the last update that was taken. */
  public String version() {
    return version;
  }

  void version(String newVersion) {
    version = newVersion;
  }

  /** Whether this is what is held already, byte for byte. */
  boolean isHeld(String name, MessageLite proto) {
    Held<T> found = held.get(name);
    return found != null && found.proto().equals(proto);
  }

  void put(Held<T> resource) {
    held.put(resource.name(), resource);
    refused.remove(resource.name());
  }

  void refuse(Refused failure) {
    refused.put(failure.name(), failure);
  }

  /** What was refused before is not the newest word any more. */
  void settle(String name) {
    refused.remove(name);
  }

  boolean remove(String name) {
    refused.remove(name);
    return held.remove(name) != null;
  }

  /** Forgets all whose names are not wanted any more. */
  void retain(Collection<String> names) {
    held.keySet().retainAll(names);
    refused.keySet().retainAll(names);
  }
}
