package io.outrigger.config.address;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Reads IP addresses in text: four decimal numbers, or an IPv6 address (RFC 4291 section 2.2). */
public final class IpLiteral {
  private IpLiteral() {}

  /** The address, or null if the text is none. Shortened IPv4 such as {@code 10.1} is none. */
  public static @Nullable InetAddress parse(String text) {
    boolean ipv6 = text.indexOf(':') >= 0;
    if (!ipv6 && !hasFourParts(text)) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static boolean hasFourParts(String text) {
    int dots = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.') {
        dots++;
      } else if (c < '0' || c > '9') {
        return false;
      }
    }
    return dots == 3;
  }
}
