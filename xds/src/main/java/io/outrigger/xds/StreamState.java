package io.outrigger.xds;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The core under both of a server's protocols: what to push next on one stream. */
final class StreamState {
  /** How long routes wait for a client to ask for a new cluster's endpoints. */
  static final long SUBSCRIBE_GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private static final long NEVER = Long.MAX_VALUE;

  private final Map<ResourceType, TypeState> types = new EnumMap<>(ResourceType.class);
  private final boolean incremental;
  private ResourceSnapshot target = ResourceSnapshot.EMPTY;
  private boolean offered;
  private long nonces;

  /** Endpoints that a client didn't ask for in time; nothing waits for them again. */
  private final Set<String> abandoned = new HashSet<>();

  private long waitUntil = NEVER;

  /**
   * @param incremental whether responses can name what is removed; else only full sets tell
   */
  StreamState(boolean incremental) {
    this.incremental = incremental;
  }

  @Nullable TypeState find(ResourceType type) {
    return types.get(type);
  }

  TypeState start(ResourceType type) {
    return types.computeIfAbsent(type, TypeState::new);
  }

  /** Null if the nonce isn't that of the last response or was answered before. */
  @Nullable Received answer(TypeState state, String nonce, @Nullable String error) {
    if (!state.outstanding || !nonce.equals(state.lastNonce)) {
      return null;
    }
    state.outstanding = false;
    state.nack = error;
    if (error != null) {
      return new Received.Nacked(state.type, state.sentVersion, error);
    }
    state.ackedVersion = state.sentVersion;
    return new Received.Acked(state.type, state.sentVersion);
  }

  void offer(ResourceSnapshot snapshot) {
    for (TypeState state : types.values()) {
      state.dirty |= !offered || !snapshot.all(state.type).equals(target.all(state.type));
    }
    target = snapshot;
    offered = true;
    abandoned.retainAll(snapshot.all(ResourceType.EDS).keySet());
  }

  /** The next response, or null. */
  @Nullable Push next(long nowNanos) {
    if (!offered) {
      return null;
    }
    boolean quiet = true;
    for (TypeState state : types.values()) {
      if (isRoutingType(state.type) && !clustersReady(nowNanos)) {
        quiet = false;
        continue;
      }
      if (state.outstanding) {
        quiet = false;
        continue;
      }
      Push push = additions(state);
      if (push != null) {
        return push;
      }
    }
    return quiet ? removals() : null;
  }

  private static boolean isRoutingType(ResourceType type) {
    return type == ResourceType.LDS || type == ResourceType.RDS;
  }

  private @Nullable Push additions(TypeState state) {
    if (!state.dirty) {
      return null;
    }
    List<VersionedResource> changed = state.changed(target);
    List<String> removed = state.absent(target);
    List<String> gone = state.removed(target);
    if (state.type == ResourceType.LDS) {
      // Nothing refers to a listener, and a new one may need the address of one that goes.
      addMissing(removed, gone);
      gone = List.of();
    }
    if (!incremental && !state.type.fullSet() && changed.isEmpty()) {
      state.forget(removed);
      removed = List.of();
    }
    if (changed.isEmpty() && removed.isEmpty() && !state.owed) {
      state.dirty = !gone.isEmpty();
      return null;
    }
    if (state.type == ResourceType.CDS) {
      resendEndpoints(state, changed);
    }
    return push(state, changed, removed);
  }

  private static void addMissing(List<String> to, Collection<String> names) {
    for (String name : names) {
      if (!to.contains(name)) {
        to.add(name);
      }
    }
  }

  /**
   * Endpoints of a changed cluster are sent again, for Envoy warms the changed cluster until an EDS
   * response comes, and doesn't ask for a name that it has subscribed to. They are named after
   * their cluster.
   */
  private void resendEndpoints(TypeState clusters, List<VersionedResource> changed) {
    TypeState endpoints = types.get(ResourceType.EDS);
    if (endpoints == null) {
      return;
    }
    for (VersionedResource cluster : changed) {
      String name = cluster.name();
      if (clusters.sent.containsKey(name)
          && endpoints.wants(name)
          && target.get(ResourceType.EDS, name) != null) {
        endpoints.forced.add(name);
        endpoints.dirty = true;
      }
    }
  }

  /** What goes at last: everything else is in place and answered. */
  private @Nullable Push removals() {
    for (TypeState state : types.values()) {
      if (state.dirty) {
        List<String> removed = state.removed(target);
        state.dirty = false;
        if (!incremental && !state.type.fullSet()) {
          state.forget(removed);
        } else if (!removed.isEmpty()) {
          return push(state, List.of(), removed);
        }
      }
    }
    return null;
  }

  private Push push(TypeState state, List<VersionedResource> changed, List<String> removed) {
    return state.push(changed, removed, target.version(), Long.toString(++nonces));
  }

  /** Whether listeners and routes may name the clusters of the target. */
  private boolean clustersReady(long nowNanos) {
    TypeState clusters = types.get(ResourceType.CDS);
    TypeState endpoints = types.get(ResourceType.EDS);
    if ((clusters != null && unsettled(clusters)) || (endpoints != null && unsettled(endpoints))) {
      waitUntil = NEVER;
      return false;
    }
    if (clusters == null || !clusters.wildcard) {
      return true; // it has clusters of its own, or asks for them after the routes, as gRPC does
    }
    boolean missing = false;
    for (String name : target.all(ResourceType.EDS).keySet()) {
      missing |= (endpoints == null || !endpoints.wants(name)) && !abandoned.contains(name);
    }
    if (!missing) {
      waitUntil = NEVER;
      return true;
    }
    if (waitUntil == NEVER) {
      waitUntil = nowNanos + SUBSCRIBE_GRACE_NANOS;
    }
    if (nowNanos - waitUntil < 0) {
      return false;
    }
    waitUntil = NEVER;
    for (String name : target.all(ResourceType.EDS).keySet()) {
      if (endpoints == null || !endpoints.wants(name)) {
        abandoned.add(name);
      }
    }
    return true;
  }

  private boolean unsettled(TypeState state) {
    return state.outstanding
        || (state.dirty
            && (state.owed || !state.forced.isEmpty() || !state.changed(target).isEmpty()));
  }

  long wakeNanos() {
    return waitUntil;
  }

  boolean synced() {
    if (!offered || waitUntil != NEVER) {
      return false;
    }
    for (TypeState state : types.values()) {
      if (state.outstanding || state.dirty) {
        return false;
      }
    }
    return true;
  }

  TypeStatus status(ResourceType type) {
    TypeState state = types.get(type);
    return state == null
        ? new TypeStatus(type, TypeStatus.State.IGNORED, 0, false, 0, "", "", null)
        : state.status();
  }
}
