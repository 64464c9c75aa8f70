package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.Endpoint;
import io.outrigger.config.cluster.Locality;
import java.net.SocketAddress;
import java.util.List;

/** The endpoints of one locality and priority with addresses that can be connected to. */
record ResolvedLocality(
    Locality locality, int priority, int weight, List<ResolvedEndpoint> endpoints) {

  /**
   * One address of an endpoint.
   *
   * @param key what the host is known by across updates; its addresses as text, unless it may move
   * @param toTry all its addresses in the order in which they are tried; empty if it has but one
   */
  record ResolvedEndpoint(
      String key,
      SocketAddress address,
      String addressText,
      List<SocketAddress> toTry,
      String hostname,
      Endpoint endpoint) {}
}
