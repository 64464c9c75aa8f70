package io.outrigger.proxy.pool;

import io.outrigger.config.address.Address;
import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.cluster.Host;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The HTTP proxy through which a host is reached. */
final class HttpProxy {
  private HttpProxy() {}

  /** Where to connect to instead of the host; null: to the host. */
  static @Nullable SocketAddress of(Host host) {
    Address proxy = host.endpoint().httpProxy();
    return proxy == null ? null : SocketAddresses.of(proxy);
  }

  /** How it is asked for the way to the host (RFC 9110 section 9.3.6). */
  static byte[] request(Host host) {
    String to = host.addressText();
    return ("CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
