package io.outrigger.proxy;

import java.net.InetSocketAddress;

/** The port that the kernel chose for a listener of a proxy under test. */
final class ListenerPort {
  private ListenerPort() {}

  static int of(Proxy proxy, String listener) throws StartException {
    return proxy.listeners().stream()
        .filter(status -> status.config().name().equals(listener))
        .map(status -> (InetSocketAddress) status.addresses().getFirst())
        .findFirst()
        .orElseThrow()
        .getPort();
  }
}
