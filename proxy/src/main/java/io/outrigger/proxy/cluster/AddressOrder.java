package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.HappyEyeballs;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** In which order the addresses of a host are tried, so that both families get their turn. */
final class AddressOrder {
  private AddressOrder() {}

  /** As {@link #of(List, HappyEyeballs)}, with one port for all. */
  static List<SocketAddress> of(List<InetAddress> addresses, int port, HappyEyeballs config) {
    if (addresses.size() < 2) {
      return List.of();
    }
    List<SocketAddress> all = new ArrayList<>(addresses.size());
    for (InetAddress address : addresses) {
      all.add(new InetSocketAddress(address, port));
    }
    return of(all, config);
  }

  /** So many of the first family, one of the others, and so on; empty for fewer than two. */
  static List<SocketAddress> of(List<SocketAddress> all, HappyEyeballs config) {
    if (all.size() < 2) {
      return List.of();
    }
    int family =
        switch (config.first()) {
          case ANY -> family(all.getFirst());
          case V4 -> 4;
          case V6 -> 6;
        };
    ArrayDeque<SocketAddress> first = new ArrayDeque<>();
    ArrayDeque<SocketAddress> others = new ArrayDeque<>();
    for (SocketAddress address : all) {
      (family(address) == family ? first : others).add(address);
    }
    List<SocketAddress> ordered = new ArrayList<>(all.size());
    while (!first.isEmpty() || !others.isEmpty()) {
      for (int i = 0; i < config.count() && !first.isEmpty(); i++) {
        ordered.add(first.remove());
      }
      if (!others.isEmpty()) {
        ordered.add(others.remove());
      }
    }
    return List.copyOf(ordered);
  }

  /** 4 or 6; 0 is no IP address. */
  private static int family(SocketAddress address) {
    return !(address instanceof InetSocketAddress ip)
        ? 0
        : ip.getAddress() instanceof Inet4Address ? 4 : 6;
  }
}
