package io.outrigger.xds;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The server of the state-of-the-world protocol, on the incremental core. */
public final class SotwServer implements AdsServer<DiscoveryRequest, DiscoveryResponse> {
  private final StreamState stream = new StreamState(false);
  private @Nullable Node node;

  @Override
  public Received receive(DiscoveryRequest request) {
    if (request.hasNode() && node == null) {
      node = request.getNode();
    }
    ResourceType type = ResourceType.ofTypeUrl(request.getTypeUrl());
    if (type == null) {
      return new Received.UnknownType(request.getTypeUrl());
    }
    boolean first = stream.find(type) == null;
    TypeState state = stream.start(type);
    String nonce = request.getResponseNonce();
    if (!nonce.isEmpty() && !nonce.equals(state.lastNonce) && !first) {
      // A newer request with every name follows when the client has read our last response.
      return new Received.Stale(type, nonce);
    }
    String error = request.hasErrorDetail() ? request.getErrorDetail().getMessage() : null;
    Received answer = stream.answer(state, nonce, error);
    names(state, request.getResourceNamesList(), first);
    return answer == null ? new Received.Subscribed(type) : answer;
  }

  /** Turns the full list of names into what is new and what is gone. */
  private static void names(TypeState state, List<String> list, boolean first) {
    if (list.isEmpty() && (first || (state.wildcard && state.names.isEmpty()))) {
      state.subscribeAll();
      return;
    }
    Set<String> wanted = new LinkedHashSet<>(list);
    List<String> gone = new ArrayList<>(state.names);
    gone.removeAll(wanted);
    if (state.wildcard && !wanted.contains(Subscription.WILDCARD)) {
      gone.add(Subscription.WILDCARD);
    }
    state.unsubscribe(gone);
    wanted.removeAll(state.names);
    state.subscribe(wanted);
  }

  @Override
  public @Nullable Node node() {
    return node;
  }

  @Override
  public void offer(ResourceSnapshot snapshot) {
    stream.offer(snapshot);
  }

  @Override
  public @Nullable DiscoveryResponse poll(long nowNanos) {
    Push push = stream.next(nowNanos);
    if (push == null) {
      return null;
    }
    DiscoveryResponse.Builder response =
        DiscoveryResponse.newBuilder()
            .setTypeUrl(push.type().typeUrl())
            .setVersionInfo(push.version())
            .setNonce(push.nonce());
    for (VersionedResource resource : push.type().fullSet() ? push.held() : push.changed()) {
      response.addResources(resource.body());
    }
    return response.build();
  }

  @Override
  public long wakeNanos() {
    return stream.wakeNanos();
  }

  @Override
  public boolean synced() {
    return stream.synced();
  }

  @Override
  public TypeStatus status(ResourceType type) {
    return stream.status(type);
  }
}
