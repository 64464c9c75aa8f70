package io.outrigger.xds;

import com.google.protobuf.Any;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a client on one stream wants of a type, what it was sent, and what it answered. */
final class TypeState {
  /** More names than a mesh has; a client that asks for more is not one of ours. */
  private static final int MAX_NAMES = 200_000;

  final ResourceType type;
  final Set<String> names = new LinkedHashSet<>();
  boolean wildcard;

  /** Names to send even if unchanged, because the client asked anew. */
  final Set<String> forced = new LinkedHashSet<>();

  /** Whether a response is owed even if it is empty. */
  boolean owed;

  /** What the client holds, as far as the server knows: sent here or held from before. */
  final Map<String, VersionedResource> sent = new LinkedHashMap<>();

  /** False while it is known that a comparison with the target would find nothing. */
  boolean dirty = true;

  /** The nonce of the last response; null before the first. */
  @Nullable String lastNonce;

  boolean outstanding;
  String sentVersion = "";
  String ackedVersion = "";
  @Nullable String nack;

  TypeState(ResourceType type) {
    this.type = type;
  }

  void subscribe(Collection<String> wanted) {
    if (names.size() + wanted.size() > MAX_NAMES) {
      throw new IllegalArgumentException(
          type + ": a client asked for more than " + MAX_NAMES + " names");
    }
    for (String name : wanted) {
      if (name.equals(Subscription.WILDCARD)) {
        subscribeAll();
      } else {
        names.add(name);
        forced.add(name);
        dirty = true;
      }
    }
  }

  void subscribeAll() {
    owed |= !wildcard;
    wildcard = true;
    dirty = true;
  }

  void unsubscribe(Collection<String> unwanted) {
    for (String name : unwanted) {
      if (name.equals(Subscription.WILDCARD)) {
        wildcard = false;
        sent.keySet().retainAll(names);
      } else {
        names.remove(name);
        forced.remove(name);
        // Under a wildcard the name is sent again: the client has dropped what it had of it.
        if (sent.remove(name) != null && wildcard) {
          dirty = true;
        }
      }
    }
  }

  /** Notes what the client says it holds from an earlier stream. */
  void known(Map<String, String> versions) {
    versions.forEach(
        (name, version) -> {
          if (wants(name)) {
            sent.put(name, new VersionedResource(name, version, Any.getDefaultInstance()));
            forced.remove(name);
          }
        });
  }

  boolean wants(String name) {
    return wildcard || names.contains(name);
  }

  /** New, changed and forced resources. */
  List<VersionedResource> changed(ResourceSnapshot target) {
    List<VersionedResource> changed = new ArrayList<>();
    if (wildcard) {
      target.all(type).values().forEach(r -> addIfDue(changed, r));
    } else {
      for (String name : names) {
        VersionedResource resource = target.get(type, name);
        if (resource != null) {
          addIfDue(changed, resource);
        }
      }
    }
    return changed;
  }

  private void addIfDue(List<VersionedResource> changed, VersionedResource resource) {
    VersionedResource before = sent.get(resource.name());
    if (before == null
        || !before.version().equals(resource.version())
        || forced.contains(resource.name())) {
      changed.add(resource);
    }
  }

  /** Names that were asked for and don't exist: the client is told instead of left waiting. */
  List<String> absent(ResourceSnapshot target) {
    List<String> absent = new ArrayList<>();
    for (String name : forced) {
      if (target.get(type, name) == null) {
        absent.add(name);
      }
    }
    return absent;
  }

  /** Names that the client holds and shouldn't any more. */
  List<String> removed(ResourceSnapshot target) {
    List<String> removed = new ArrayList<>();
    for (String name : sent.keySet()) {
      if (target.get(type, name) == null) {
        removed.add(name);
      }
    }
    return removed;
  }

  /** Drops names whose end the protocol can't tell. */
  void forget(List<String> removed) {
    removed.forEach(sent::remove);
    forced.removeAll(removed);
    owed = false;
  }

  Push push(List<VersionedResource> changed, List<String> removed, String version, String nonce) {
    changed.forEach(r -> sent.put(r.name(), r));
    removed.forEach(sent::remove);
    forced.clear();
    owed = false;
    lastNonce = nonce;
    outstanding = true;
    sentVersion = version;
    return new Push(type, version, nonce, changed, removed, sent.values());
  }

  TypeStatus status() {
    TypeStatus.State state =
        nack != null && !outstanding
            ? TypeStatus.State.REJECTED
            : lastNonce == null
                ? TypeStatus.State.NOT_SENT
                : outstanding || dirty ? TypeStatus.State.STALE : TypeStatus.State.SYNCED;
    return new TypeStatus(
        type, state, names.size(), wildcard, sent.size(), sentVersion, ackedVersion, nack);
  }
}
