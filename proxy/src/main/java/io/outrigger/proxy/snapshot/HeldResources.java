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
  private boolean answered;
  private long changes;

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
    answered = true;
  }

  /** Counts up with whatever is put, or goes. */
  long changes() {
    return changes;
  }

  /** Whether an update has come, with whatever in it. */
  boolean answered() {
    return answered;
  }

  /** Whether this is what is held already, byte for byte. */
  boolean isHeld(String name, MessageLite proto) {
    Held<T> found = held.get(name);
    return found != null && found.proto().equals(proto);
  }

  void put(Held<T> resource) {
    changes++;
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
    boolean found = held.remove(name) != null;
    changes += found ? 1 : 0;
    return found;
  }

  /** Forgets all whose names are not wanted any more; {@code *} wants all. */
  void retain(Collection<String> names) {
    if (names.contains("*")) {
      return;
    }
    held.keySet().retainAll(names);
    refused.keySet().retainAll(names);
  }
}
