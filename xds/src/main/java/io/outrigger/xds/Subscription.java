package io.outrigger.xds;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a client wants of one type, what it holds, and what it has yet to tell the server. */
final class Subscription {
  /** An answer that is due: with or without an error. */
  record Due(String version, String nonce, @Nullable String error) {}

  /** The name that asks for everything. */
  static final String WILDCARD = "*";

  final ResourceType type;

  /** Subscribed names, "*" among them. */
  final Set<String> names = new LinkedHashSet<>();

  /** Versions of the resources that the client holds. */
  final Map<String, String> held = new HashMap<>();

  /** Those of them that stay for a time only. */
  final Set<String> leased = new HashSet<>();

  /** Changes that the server wasn't told on this stream. */
  final Set<String> added = new LinkedHashSet<>();

  final Set<String> dropped = new LinkedHashSet<>();
  final Deque<Due> due = new ArrayDeque<>();

  /** Updates that the caller still works on, of this stream or one before. */
  int unanswered;

  /** Whether the type's first request on this stream was sent. */
  boolean started;

  /** State of the world: the last version that was accepted, and the last nonce seen. */
  String acceptedVersion = "";

  String lastNonce = "";

  Subscription(ResourceType type) {
    this.type = type;
  }

  void add(Collection<String> wanted) {
    for (String name : wanted) {
      if (names.add(name)) {
        added.add(name);
        dropped.remove(name);
      }
    }
  }

  void drop(Collection<String> unwanted) {
    for (String name : unwanted) {
      if (names.remove(name)) {
        dropped.add(name);
        added.remove(name);
        if (!wildcard()) {
          held.remove(name);
        }
      }
    }
    if (unwanted.contains(WILDCARD)) {
      held.keySet().retainAll(names);
    }
  }

  void refresh(Collection<String> again) {
    for (String name : again) {
      if (names.contains(name)) {
        added.add(name);
      }
    }
  }

  boolean wildcard() {
    return names.contains(WILDCARD);
  }

  boolean wants(String name) {
    return wildcard() || names.contains(name);
  }

  /** Only "*", and nothing by name: the form that old servers know as an empty list. */
  boolean onlyWildcard() {
    return names.size() == 1 && wildcard();
  }

  /**
   * Whether the server has anything to hear. A stream's first request waits for the answers to the
   * stream before, for it tells what is held.
   */
  boolean hasDue() {
    if (!started) {
      return !names.isEmpty() && unanswered == 0;
    }
    return !due.isEmpty() || !added.isEmpty() || !dropped.isEmpty();
  }

  void startStream() {
    started = false;
    added.clear();
    dropped.clear();
    due.clear();
    lastNonce = "";
  }

  /** Notes an update's outcome; with the stream gone only what is held changes. */
  void settle(ResourceUpdate update, List<Rejection> rejections, boolean sameStream) {
    unanswered--;
    Set<String> bad = new LinkedHashSet<>();
    rejections.forEach(r -> bad.add(r.name()));
    for (VersionedResource resource : update.resources()) {
      if (!bad.contains(resource.name()) && wants(resource.name())) {
        held.put(resource.name(), resource.version());
        if (update.leases().containsKey(resource.name())) {
          leased.add(resource.name());
        } else {
          leased.remove(resource.name());
        }
      }
    }
    for (String name : update.removed()) {
      if (!bad.contains(name)) {
        held.remove(name);
      }
    }
    if (sameStream) {
      due.add(new Due(update.version(), update.nonce(), errorOf(update.refused(), rejections)));
    }
  }

  private static @Nullable String errorOf(List<Rejection> refused, List<Rejection> rejections) {
    if (refused.isEmpty() && rejections.isEmpty()) {
      return null;
    }
    Set<Rejection> all = new LinkedHashSet<>(refused);
    all.addAll(rejections); // a caller may have the refused ones among its own
    StringBuilder text = new StringBuilder();
    for (Rejection rejection : all) {
      if (!text.isEmpty()) {
        text.append('\n');
      }
      text.append(rejection.name()).append(": ").append(rejection.reason());
    }
    return text.toString();
  }
}
