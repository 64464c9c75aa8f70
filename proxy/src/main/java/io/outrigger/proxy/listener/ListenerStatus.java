package io.outrigger.proxy.listener;

import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.proxy.address.SocketAddresses;
import java.net.SocketAddress;
import java.util.List;

/**
 * A listener as the admin pages show it.
 *
 * @param addresses those that its sockets have; empty where it binds none
 * @param connections open now
 */
public record ListenerStatus(
    ListenerConfig config, List<SocketAddress> addresses, int connections) {
  /** The addresses as text, the first one main. */
  public List<String> addressTexts() {
    return addresses.isEmpty()
        ? config.addresses().stream().map(Object::toString).toList()
        : addresses.stream().map(SocketAddresses::text).toList();
  }
}
