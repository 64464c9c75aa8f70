package io.outrigger.config.match;

import io.outrigger.config.address.IpText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** A range of IP addresses with a common prefix; bits after the prefix are cleared. */
public record CidrRange(InetAddress address, int prefixLength) {
  public CidrRange {
    address = masked(address, prefixLength);
  }

  private static InetAddress masked(InetAddress address, int prefixLength) {
    byte[] bytes = address.getAddress();
    for (int i = 0; i < bytes.length; i++) {
      int kept = Math.clamp(prefixLength - 8 * i, 0, 8);
      bytes[i] &= (byte) (0xff << (8 - kept));
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Whether the address is in the range; false for null and for the other IP version. */
  public boolean contains(@Nullable InetAddress candidate) {
    if (candidate == null || candidate instanceof Inet4Address != isIpv4()) {
      return false;
    }
    byte[] own = address.getAddress();
    byte[] other = candidate.getAddress();
    if (own.length == 4) { // without a loop, so that the copies need not be made
      return prefixLength == 0 || (bits(own) ^ bits(other)) >>> (32 - prefixLength) == 0;
    }
    int whole = prefixLength >> 3;
    for (int i = 0; i < whole; i++) {
      if (own[i] != other[i]) {
        return false;
      }
    }
    int rest = prefixLength & 7;
    return rest == 0 || ((own[whole] ^ other[whole]) & 0xff) >>> (8 - rest) == 0;
  }

  private static int bits(byte[] ipv4) {
    return ipv4[0] << 24 | (ipv4[1] & 0xff) << 16 | (ipv4[2] & 0xff) << 8 | (ipv4[3] & 0xff);
  }

  public boolean isIpv4() {
    return address instanceof Inet4Address;
  }

  @Override
  public String toString() {
    return IpText.of(address) + "/" + prefixLength;
  }

  // Written out: a key when listeners are compiled, and the AOT cache keeps no generated one.
  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof CidrRange other
        && prefixLength == other.prefixLength
        && address.equals(other.address);
  }

  @Override
  public int hashCode() {
    return 31 * address.hashCode() + prefixLength;
  }
}
