package io.outrigger.control.istio;

import io.outrigger.control.resource.Fields;
import java.util.regex.Pattern;

/** Checks host names, wildcards and addresses. */
final class HostCheck {
  private static final Pattern HOST =
      Pattern.compile(
          "(\\*|(\\*\\.)?[a-zA-Z0-9_]([-a-zA-Z0-9_]*[a-zA-Z0-9_])?"
              + "(\\.[a-zA-Z0-9_]([-a-zA-Z0-9_]*[a-zA-Z0-9_])?)*\\.?)");
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F:.]+");

  private HostCheck() {}

  /** A DNS name, perhaps with a leading {@code *.}, or {@code *} alone. */
  static void check(Fields fields, String field, String host) {
    if (host.length() > 255 || !HOST.matcher(host).matches()) {
      fields.error(
          field, "\"" + host + "\" isn't a host; must be a DNS name, which may begin with \"*.\"");
    }
  }

  /** An address, perhaps with a prefix length. */
  static void subnet(Fields fields, String field, String text) {
    if (!isSubnet(text)) {
      fields.error(field, "\"" + text + "\" isn't an IP address or a subnet such as 10.1.0.0/16");
    }
  }

  static boolean isAddress(String text) {
    if (text.indexOf(':') >= 0) {
      if (!ADDRESS.matcher(text).matches()) {
        return false;
      }
      try {
        // a literal with colons is never looked up
        java.net.InetAddress.getByName(text);
        return true;
      } catch (java.net.UnknownHostException e) {
        return false;
      }
    }
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      if (!part.matches("[0-9]{1,3}") || Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }

  static boolean isSubnet(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    if (!isAddress(address)) {
      return false;
    }
    if (slash < 0) {
      return true;
    }
    String bits = text.substring(slash + 1);
    return bits.matches("[0-9]{1,3}")
        && Integer.parseInt(bits) <= (address.indexOf(':') >= 0 ? 128 : 32);
  }
}
