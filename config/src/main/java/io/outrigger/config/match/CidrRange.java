package io.outrigger.config.match;

import java.net.Inet4Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** A range of IP addresses with a common prefix. */
public record CidrRange(InetAddress address, int prefixLength) {
  /** Whether the address is in the range; false for null and for the other IP version. */
  public boolean contains(@Nullable InetAddress candidate) {
    if (candidate == null || candidate instanceof Inet4Address != isIpv4()) {
      return false;
    }
    byte[] own = address.getAddress();
    byte[] other = candidate.getAddress();
    int whole = prefixLength >> 3;
    for (int i = 0; i < whole; i++) {
      if (own[i] != other[i]) {
        return false;
      }
    }
    int rest = prefixLength & 7;
    return rest == 0 || ((own[whole] ^ other[whole]) & 0xff) >>> (8 - rest) == 0;
  }

  public boolean isIpv4() {
    return address instanceof Inet4Address;
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefixLength;
  }
}
