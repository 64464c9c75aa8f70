package io.outrigger.proxy.accesslog;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;

/** Addresses as messages have them. */
public final class AddressMessages {
  private AddressMessages() {}

  /** From the text of an address, which is not empty. */
  public static Address of(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0 || text.charAt(0) == '/' || text.charAt(0) == '@') {
      return Address.newBuilder().setPipe(Pipe.newBuilder().setPath(text)).build();
    }
    boolean six = text.charAt(0) == '[';
    return Address.newBuilder()
        .setSocketAddress(
            SocketAddress.newBuilder()
                .setAddress(six ? text.substring(1, colon - 1) : text.substring(0, colon))
                .setPortValue(Integer.parseInt(text.substring(colon + 1))))
        .build();
  }
}
