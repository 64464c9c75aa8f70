package io.outrigger.xds;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import org.jspecify.annotations.Nullable;

/** The server of the incremental protocol. */
public final class DeltaServer implements AdsServer<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {
  private final StreamState stream = new StreamState(true);
  private @Nullable Node node;

  @Override
  public Received receive(DeltaDiscoveryRequest request) {
    if (request.hasNode() && node == null) {
      node = request.getNode();
    }
    ResourceType type = ResourceType.ofTypeUrl(request.getTypeUrl());
    if (type == null) {
      return new Received.UnknownType(request.getTypeUrl());
    }
    boolean first = stream.find(type) == null;
    TypeState state = stream.start(type);
    Received received = new Received.Subscribed(type);
    if (!request.getResponseNonce().isEmpty()) {
      String error = request.hasErrorDetail() ? request.getErrorDetail().getMessage() : null;
      Received answer = stream.answer(state, request.getResponseNonce(), error);
      // Names come one by one, so those of a stale message count all the same.
      received = answer == null ? new Received.Stale(type, request.getResponseNonce()) : answer;
    }
    if (first && request.getResourceNamesSubscribeCount() == 0) {
      state.subscribeAll();
    }
    state.subscribe(request.getResourceNamesSubscribeList());
    if (first) {
      state.known(request.getInitialResourceVersionsMap());
    }
    state.unsubscribe(request.getResourceNamesUnsubscribeList());
    return received;
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
  public @Nullable DeltaDiscoveryResponse poll(long nowNanos) {
    Push push = stream.next(nowNanos);
    if (push == null) {
      return null;
    }
    DeltaDiscoveryResponse.Builder response =
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl(push.type().typeUrl())
            .setSystemVersionInfo(push.version())
            .setNonce(push.nonce())
            .addAllRemovedResources(push.removed());
    for (VersionedResource resource : push.changed()) {
      response.addResources(
          Resource.newBuilder()
              .setName(resource.name())
              .setVersion(resource.version())
              .setResource(resource.body()));
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
