package io.outrigger.proxy.http;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Socket addresses as Envoy prints them. Makes Strings: once a connection, not once a request. */
public final class Addresses {
  private Addresses() {}

  /** {@code 10.0.0.1:80}, {@code [::1]:80}, or a path. */
  static String text(SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      String host = hostText(inet.getAddress());
      return inet.getAddress() instanceof Inet6Address
          ? "[" + host + "]:" + inet.getPort()
          : host + ":" + inet.getPort();
    }
    return address instanceof DomainSocketAddress unix ? unix.path() : address.toString();
  }

  /** The IP address alone, without brackets; empty where there is none. */
  static String host(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? hostText(inet.getAddress()) : "";
  }

  /** The address of what {@link #text} made. */
  public static String withoutPort(String text) {
    int colon = text.lastIndexOf(':');
    return text.startsWith("[") ? text.substring(1, colon - 1) : text.substring(0, colon);
  }

  /** An IP address, without brackets. */
  public static String text(InetAddress address) {
    return hostText(address);
  }

  private static String hostText(@Nullable InetAddress address) {
    if (address == null) {
      return "";
    }
    String text = address.getHostAddress();
    if (!(address instanceof Inet6Address)) {
      return text;
    }
    int scope = text.indexOf('%');
    return compress(scope < 0 ? text : text.substring(0, scope));
  }

  /** The longest run of zero groups as :: (RFC 5952 4.2), which the JDK leaves written out. */
  private static String compress(String text) {
    String[] groups = text.split(":", -1);
    int best = -1;
    int bestLength = 1;
    for (int i = 0; i < groups.length; i++) {
      int end = i;
      while (end < groups.length && groups[end].equals("0")) {
        end++;
      }
      if (end - i > bestLength) {
        best = i;
        bestLength = end - i;
      }
      i = Math.max(i, end - 1);
    }
    if (best < 0) {
      return text;
    }
    String head = String.join(":", java.util.Arrays.asList(groups).subList(0, best));
    String tail =
        String.join(":", java.util.Arrays.asList(groups).subList(best + bestLength, groups.length));
    return head + "::" + tail;
  }

  static @Nullable InetAddress inet(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getAddress() : null;
  }

  /** An IPv4 or IPv6 literal, or null; never asks a resolver. */
  static @Nullable InetAddress parse(String literal) {
    try {
      return InetAddress.ofLiteral(literal);
    } catch (IllegalArgumentException notAnAddress) {
      return null;
    }
  }

  /** This machine's first address that isn't a loopback's; stands in for loopback peers in XFF. */
  public static String local() {
    return LocalHolder.TEXT;
  }

  private static final class LocalHolder {
    static final String TEXT = find();

    private static String find() {
      try {
        // in the system's order, which is Envoy's; Java has its own
        List<NetworkInterface> faces = Collections.list(NetworkInterface.getNetworkInterfaces());
        faces.sort(Comparator.comparingInt(NetworkInterface::getIndex));
        for (NetworkInterface face : faces) {
          for (InetAddress address : Collections.list(face.getInetAddresses())) {
            if (!address.isLoopbackAddress()
                && !address.isLinkLocalAddress()
                && !(address instanceof Inet6Address)) {
              return address.getHostAddress();
            }
          }
        }
      } catch (SocketException noInterfaces) {
        return "127.0.0.1";
      }
      return "127.0.0.1";
    }
  }
}
