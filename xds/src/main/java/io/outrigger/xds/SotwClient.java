package io.outrigger.xds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The client's messages of the state-of-the-world protocol: each request repeats every name. */
final class SotwClient implements ClientProtocol {
  @Override
  public String method() {
    return "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";
  }

  @Override
  public DiscoveryRequest request(Subscription subscription, boolean first, @Nullable Node node) {
    DiscoveryRequest.Builder request = DiscoveryRequest.newBuilder();
    request.setTypeUrl(subscription.type.typeUrl());
    if (node != null) {
      request.setNode(node);
    }
    if (!subscription.onlyWildcard()) {
      request.addAllResourceNames(subscription.names);
    }
    Subscription.Due due = subscription.due.poll();
    if (due != null) {
      // A NACK repeats the version before; what it refuses is known by the nonce.
      if (due.error() == null) {
        subscription.acceptedVersion = due.version();
      } else {
        request.setErrorDetail(ClientProtocol.error(due.error()));
      }
      subscription.lastNonce = due.nonce();
    }
    request.setVersionInfo(subscription.acceptedVersion);
    request.setResponseNonce(subscription.lastNonce);
    return request.build();
  }

  @Override
  public @Nullable ResourceUpdate read(
      ByteString bytes, Function<ResourceType, @Nullable Subscription> started, int stream)
      throws InvalidProtocolBufferException {
    DiscoveryResponse response = DiscoveryResponse.parseFrom(bytes);
    ResourceType type = ResourceType.ofTypeUrl(response.getTypeUrl());
    Subscription subscription = type == null ? null : started.apply(type);
    if (type == null || subscription == null) {
      return null;
    }
    IncomingResources resources = new IncomingResources(subscription);
    for (Any any : response.getResourcesList()) {
      resources.add(any, response.getVersionInfo());
    }
    return new ResourceUpdate(
        type,
        response.getVersionInfo(),
        response.getNonce(),
        List.copyOf(resources.good),
        type.fullSet() ? missing(subscription, resources) : List.of(),
        List.copyOf(resources.refused),
        Map.copyOf(resources.leases),
        Set.of(),
        stream);
  }

  /** What was held and isn't in a full-set response any more. */
  private static List<String> missing(Subscription subscription, IncomingResources resources) {
    if (resources.nameless) {
      return List.of(); // one of them may be what couldn't be read
    }
    Set<String> present = new HashSet<>();
    resources.good.forEach(r -> present.add(r.name()));
    resources.refused.forEach(r -> present.add(r.name()));
    present.addAll(resources.leases.keySet());
    List<String> missing = new ArrayList<>(subscription.held.keySet());
    missing.removeAll(present);
    return List.copyOf(missing);
  }
}
