package io.outrigger.proxy.dns;

import io.outrigger.config.cluster.Discovery.LookupFamily;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Which of a name's addresses a cluster uses: its dns_lookup_family. */
public final class LookupFamilies {
  private LookupFamilies() {}

  /** AUTO takes IPv6 where there is any, V4_PREFERRED IPv4; ALL takes both, IPv6 first. */
  public static List<InetAddress> select(List<InetAddress> all, LookupFamily family) {
    List<InetAddress> v4 = new ArrayList<>(all.size());
    List<InetAddress> v6 = new ArrayList<>(all.size());
    for (InetAddress address : all) {
      (address instanceof Inet4Address ? v4 : v6).add(address);
    }
    return switch (family) {
      case V4_ONLY -> v4;
      case V6_ONLY -> v6;
      case AUTO -> v6.isEmpty() ? v4 : v6;
      case V4_PREFERRED -> v4.isEmpty() ? v6 : v4;
      case ALL -> {
        v6.addAll(v4);
        yield v6;
      }
    };
  }
}
