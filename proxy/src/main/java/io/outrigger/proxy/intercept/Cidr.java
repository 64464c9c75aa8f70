package io.outrigger.proxy.intercept;

import java.net.InetAddress;

/**
 * A range of addresses, as iptables takes it.
 *
 * @param text {@code ADDRESS/LENGTH}
 */
public record Cidr(String text, boolean ipv6) {
  /**
   * Reads {@code 10.0.0.0/8}, {@code fd00::/8}, or a single address.
   *
   * @throws IllegalArgumentException if it is neither; says what is allowed
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    try {
      InetAddress parsed = InetAddress.ofLiteral(address);
      int bits = parsed.getAddress().length * 8;
      int length = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
      // 10.0.0 would be read as 10.0.0.0, which nobody means
      boolean short4 = bits == 32 && !parsed.getHostAddress().equals(address);
      if (length < 0 || length > bits || short4 || address.indexOf('%') >= 0) {
        throw new IllegalArgumentException("length " + length);
      }
      return new Cidr(parsed.getHostAddress() + "/" + length, bits == 128);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" isn't a range of addresses, such as 10.0.0.0/8 or fd00::/8", e);
    }
  }
}
