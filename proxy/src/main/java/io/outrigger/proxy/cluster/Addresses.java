package io.outrigger.proxy.cluster;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.NetUtil;
import io.outrigger.config.address.Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Configured addresses as sockets take them. */
final class Addresses {
  private Addresses() {}

  /** The socket address, or null: a name must be resolved first, an internal listener has none. */
  static @Nullable SocketAddress of(Address address) {
    if (address instanceof Address.Ip ip) {
      return new InetSocketAddress(ip.address(), ip.port());
    }
    if (address instanceof Address.Pipe pipe) {
      return new DomainSocketAddress(
          pipe.path().startsWith("@") ? "\0" + pipe.path().substring(1) : pipe.path());
    }
    if (address instanceof Address.Name || address instanceof Address.Internal) {
      return null;
    }
    throw new IllegalStateException("unknown Address: " + address);
  }

  /** {@code 10.0.0.1:80} or {@code [::1]:80}. */
  static String text(InetSocketAddress address) {
    return NetUtil.toSocketAddressString(address);
  }

  /** An address and port as text ({@code 1.2.3.4:80}, {@code [::1]:80}), or null if it is none. */
  static @Nullable InetSocketAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      return null;
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      return bytes == null || port < 0 || port > 65_535
          ? null
          : new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    } catch (NumberFormatException | UnknownHostException notAnAddress) {
      return null;
    }
  }
}
