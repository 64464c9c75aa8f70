package io.outrigger.config.address;

import java.net.Inet6Address;
import java.net.InetAddress;

/** IP addresses as Envoy prints them: those of IPv6 as RFC 5952 has them. */
public final class IpText {
  private IpText() {}

  /** {@code 10.0.0.1} or {@code fe80::1}, without brackets and without a scope. */
  public static String of(InetAddress ip) {
    String text = ip.getHostAddress();
    if (!(ip instanceof Inet6Address)) {
      return text;
    }
    int scope = text.indexOf('%');
    return isDotted(ip.getAddress())
        ? dotted(ip.getAddress())
        : shortened(scope < 0 ? text : text.substring(0, scope));
  }

  /** Whether the last four bytes are an address of IPv4: section 5 of RFC 5952. */
  private static boolean isDotted(byte[] ip) {
    for (int i = 0; i < 10; i++) {
      if (ip[i] != 0) {
        return false;
      }
    }
    boolean mapped = ip[10] == -1 && ip[11] == -1;
    boolean compatible = ip[10] == 0 && ip[11] == 0 && (ip[12] != 0 || ip[13] != 0);
    return mapped || compatible;
  }

  private static String dotted(byte[] ip) {
    return (ip[10] == 0 ? "::" : "::ffff:")
        + (ip[12] & 0xff)
        + '.'
        + (ip[13] & 0xff)
        + '.'
        + (ip[14] & 0xff)
        + '.'
        + (ip[15] & 0xff);
  }

  /** An IP and a port: {@code 10.0.0.1:80} or {@code [::1]:80}. */
  public static String of(InetAddress ip, int port) {
    return ip instanceof Inet6Address ? "[" + of(ip) + "]:" + port : of(ip) + ":" + port;
  }

  /** The longest run of zero groups as {@code ::}. The JDK writes all eight groups. */
  private static String shortened(String full) {
    String[] groups = full.split(":", -1);
    int bestStart = -1;
    int bestLength = 1;
    for (int i = 0; i < groups.length; i++) {
      int length = 0;
      while (i + length < groups.length && groups[i + length].equals("0")) {
        length++;
      }
      if (length > bestLength) {
        bestStart = i;
        bestLength = length;
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < groups.length; i++) {
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
