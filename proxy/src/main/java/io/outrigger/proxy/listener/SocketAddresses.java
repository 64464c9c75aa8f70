package io.outrigger.proxy.listener;

import io.netty.channel.unix.DomainSocketAddress;
import io.outrigger.config.address.Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Socket addresses from configured ones, and their text. */
public final class SocketAddresses {
  private SocketAddresses() {}

  /** As Envoy prints it: {@code 10.0.0.1:80}, {@code [::1]:80}, or a unix socket's path. */
  public static String text(SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      InetAddress ip = inet.getAddress();
      String host = ip == null ? inet.getHostString() : ip.getHostAddress();
      int scope = host.indexOf('%');
      String plain = scope < 0 ? host : host.substring(0, scope);
      return plain.indexOf(':') >= 0
          ? "[" + shortened(plain) + "]:" + inet.getPort()
          : plain + ":" + inet.getPort();
    }
    if (address instanceof DomainSocketAddress domain) {
      String path = domain.path();
      return path.startsWith("\0") ? "@" + path.substring(1) : path;
    }
    return address.toString();
  }

  /** The socket address to bind to, or null for what has no socket. */
  static @Nullable SocketAddress of(Address address) {
    if (address instanceof Address.Ip ip) {
      return new InetSocketAddress(ip.address(), ip.port());
    }
    if (address instanceof Address.Name name) {
      return new InetSocketAddress(name.host(), name.port());
    }
    if (address instanceof Address.Pipe pipe) {
      return new DomainSocketAddress(
          pipe.path().startsWith("@") ? "\0" + pipe.path().substring(1) : pipe.path());
    }
    if (address instanceof Address.Internal) {
      return null;
    }
    throw new IllegalStateException("unknown Address: " + address);
  }

  /** Null where there is no IP. */
  public static @Nullable InetAddress ip(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getAddress() : null;
  }

  /** 0 where there is none. */
  public static int port(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }

  /** RFC 5952: the longest run of zero groups as {@code ::}. The JDK writes all eight groups. */
  private static String shortened(String full) {
    String[] groups = full.split(":", -1);
    if (groups.length != 8) {
      return full;
    }
    int bestStart = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int length = 0;
      while (i + length < 8 && groups[i + length].equals("0")) {
        length++;
      }
      if (length > bestLength) {
        bestStart = i;
        bestLength = length;
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == bestStart) {
        text.append("::");
        i += bestLength - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(groups[i]);
    }
    return text.toString();
  }
}
