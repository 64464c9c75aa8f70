package io.outrigger.xds;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The client's messages of the incremental protocol: names and versions travel one by one. */
final class DeltaClient implements ClientProtocol {
  @Override
  public String method() {
    return "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";
  }

  @Override
  public DeltaDiscoveryRequest request(
      Subscription subscription, boolean first, @Nullable Node node) {
    DeltaDiscoveryRequest.Builder request = DeltaDiscoveryRequest.newBuilder();
    request.setTypeUrl(subscription.type.typeUrl());
    if (node != null) {
      request.setNode(node);
    }
    if (first) {
      // An empty list in a type's first request means everything; servers knew that before "*".
      if (!subscription.onlyWildcard()) {
        request.addAllResourceNamesSubscribe(subscription.names);
      }
      subscription.held.forEach(
          (name, version) -> {
            // what has a lease may be gone by the time that the server looks
            if (subscription.wants(name) && !subscription.leased.contains(name)) {
              request.putInitialResourceVersions(name, version);
            }
          });
      return request.build();
    }
    request.addAllResourceNamesSubscribe(subscription.added);
    request.addAllResourceNamesUnsubscribe(subscription.dropped);
    Subscription.Due due = subscription.due.poll();
    if (due != null) {
      request.setResponseNonce(due.nonce());
      if (due.error() != null) {
        request.setErrorDetail(ClientProtocol.error(due.error()));
      }
    }
    return request.build();
  }

  @Override
  public @Nullable ResourceUpdate read(
      ByteString bytes, Function<ResourceType, @Nullable Subscription> started, int stream)
      throws InvalidProtocolBufferException {
    DeltaDiscoveryResponse response = DeltaDiscoveryResponse.parseFrom(bytes);
    ResourceType type = ResourceType.ofTypeUrl(response.getTypeUrl());
    Subscription subscription = type == null ? null : started.apply(type);
    if (type == null || subscription == null) {
      return null;
    }
    IncomingResources resources = new IncomingResources(subscription);
    response.getResourcesList().forEach(resources::add);
    List<String> removed = new ArrayList<>(response.getRemovedResourcesList());
    removed.addAll(resources.absent);
    return new ResourceUpdate(
        type,
        response.getSystemVersionInfo(),
        response.getNonce(),
        List.copyOf(resources.good),
        List.copyOf(removed),
        List.copyOf(resources.refused),
        Map.copyOf(resources.leases),
        Set.copyOf(resources.mentioned),
        stream);
  }
}
