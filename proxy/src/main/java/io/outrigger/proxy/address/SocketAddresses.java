package io.outrigger.proxy.address;

import io.netty.channel.unix.DomainSocketAddress;
import io.outrigger.config.address.Address;
import io.outrigger.config.address.IpLiteral;
import io.outrigger.config.address.IpText;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Socket addresses from configured ones, their parts, and their text as Envoy prints it. Texts are
 * new Strings: once a connection, not once a request.
 */
public final class SocketAddresses {
  private SocketAddresses() {}

  /** The socket address, or null: a name must be resolved first, an internal listener has none. */
  public static @Nullable SocketAddress of(Address address) {
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

  /** Null where there is no IP. */
  public static @Nullable InetAddress ip(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getAddress() : null;
  }

  /** 0 where there is none. */
  public static int port(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }

  /** The interface that a link-local address belongs to; 0: none, or any. */
  public static int scope(@Nullable InetAddress address) {
    return address instanceof Inet6Address ipv6 ? ipv6.getScopeId() : 0;
  }

  // ---- text ----

  /** {@code 10.0.0.1:80}, {@code [::1]:80}, or a Unix socket's path, an abstract one with @. */
  public static String text(SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      InetAddress ip = inet.getAddress();
      return ip == null
          ? inet.getHostString() + ":" + inet.getPort()
          : IpText.of(ip, inet.getPort());
    }
    if (address instanceof DomainSocketAddress domain) {
      String path = domain.path();
      return path.startsWith("\0") ? "@" + path.substring(1) : path;
    }
    return address.toString();
  }

  /** The IP address alone, without brackets; empty where there is none. */
  public static String host(SocketAddress address) {
    InetAddress ip = ip(address);
    return ip == null ? "" : IpText.of(ip);
  }

  /** The host of what {@link #text} made of an IP and a port. */
  public static String withoutPort(String text) {
    int colon = text.lastIndexOf(':');
    return text.startsWith("[") ? text.substring(1, colon - 1) : text.substring(0, colon);
  }

  // ---- from text; a resolver is never asked ----

  /** An IPv4 or IPv6 literal, or null: shorthand ({@code 127.1}) and scopes are none. */
  public static @Nullable InetAddress literal(String text) {
    return text.indexOf('%') < 0 ? IpLiteral.parse(text) : null;
  }

  /** {@code 1.2.3.4:80} or {@code [::1]:80}, or null. */
  public static @Nullable InetSocketAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      return null;
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    InetAddress ip = literal(host);
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      return ip == null || port < 0 || port > 65_535 ? null : new InetSocketAddress(ip, port);
    } catch (NumberFormatException notAPort) {
      return null;
    }
  }
}
