package io.outrigger.proxy.http;

import io.outrigger.config.address.IpText;
import io.outrigger.config.hcm.OriginalIpDetection;
import io.outrigger.config.hcm.RemoteAddressOptions;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.CidrRange;
import io.outrigger.proxy.address.SocketAddresses;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whom the headers of a request say it is from, where they are believed. */
final class OriginalAddress {
  private OriginalAddress() {}

  /** Asks the extensions in their order. False: the request was answered. */
  static boolean detect(Exchange exchange, Headers headers, RemoteAddressOptions options) {
    for (int i = 0, size = options.detection().size(); i < size; i++) {
      OriginalIpDetection way = options.detection().get(i);
      boolean found;
      if (way instanceof OriginalIpDetection.CustomHeader custom) {
        found = customHeader(exchange, headers, options, custom);
        if (!found && custom.rejectStatus() != 0) {
          exchange.scope.stats.rqRejectedViaIpDetection.inc(exchange.scope.worker.index());
          exchange.reply(custom.rejectStatus(), "", "rejecting_because_detection_failed", null, -1);
          return false;
        }
      } else if (way instanceof OriginalIpDetection.Xff xff) {
        found = xff(exchange, headers, options, xff);
      } else {
        throw new IllegalStateException("unknown OriginalIpDetection: " + way);
      }
      if (found) {
        return true;
      }
    }
    return true;
  }

  private static boolean xff(
      Exchange exchange,
      Headers headers,
      RemoteAddressOptions options,
      OriginalIpDetection.Xff way) {
    boolean append = way.append();
    boolean found;
    if (way.trusted().isEmpty()) {
      found = forwardedFor(exchange, headers, options, way.trustedHops());
    } else {
      InetAddress peer = SocketAddresses.ip(exchange.from().facts.addresses().remote());
      boolean believed = peer != null && contains(way.trusted(), peer);
      append |= !believed; // Envoy adds a peer that isn't trusted whatever skip_xff_append says
      found = believed && beyondTrusted(exchange, headers, way.trusted());
    }
    if (append) {
      ClientIdentity.appendPeer(exchange.from(), headers);
    }
    return found;
  }

  private static boolean customHeader(
      Exchange exchange,
      Headers headers,
      RemoteAddressOptions options,
      OriginalIpDetection.CustomHeader way) {
    String value = headers.value(way.name());
    InetAddress claimed = value == null ? null : SocketAddresses.literal(value);
    if (claimed == null) {
      return false;
    }
    exchange.remoteAddress = text(claimed);
    exchange.internal = way.trustedAddress() && options.isInternal(claimed);
    return true;
  }

  /** The address that stands {@code hops} places from the right in X-Forwarded-For. */
  static boolean forwardedFor(
      Exchange exchange, Headers headers, RemoteAddressOptions options, int hops) {
    InetAddress claimed = nthFromRight(headers, hops);
    if (claimed == null) {
      return false;
    }
    exchange.remoteAddress = text(claimed);
    String all = headers.value(HeaderName.X_FORWARDED_FOR);
    exchange.internal = all != null && all.indexOf(',') < 0 && options.isInternal(claimed);
    return true;
  }

  /** The first address from the right that isn't a trusted proxy's. */
  private static boolean beyondTrusted(
      Exchange exchange, Headers headers, List<CidrRange> trusted) {
    String list = forwardedFor(headers);
    if (list == null) {
      return false;
    }
    InetAddress last = null;
    for (int end = list.length(); end >= 0; ) {
      int comma = list.lastIndexOf(',', end - 1);
      InetAddress claimed = SocketAddresses.literal(list.substring(comma + 1, end).strip());
      end = comma;
      if (claimed == null) {
        return false;
      }
      last = claimed;
      if (!contains(trusted, claimed)) {
        break;
      }
    }
    if (last == null) {
      return false;
    }
    exchange.remoteAddress = text(last);
    return true;
  }

  private static boolean contains(List<CidrRange> ranges, InetAddress address) {
    for (int i = 0, size = ranges.size(); i < size; i++) {
      if (ranges.get(i).contains(address)) {
        return true;
      }
    }
    return false;
  }

  /** As Envoy prints an address that has no port. */
  static String text(InetAddress address) {
    return IpText.of(address, 0);
  }

  private static @Nullable String forwardedFor(Headers headers) {
    String list = null;
    for (int slot = headers.find(HeaderName.X_FORWARDED_FOR);
        slot >= 0;
        slot = headers.next(HeaderName.X_FORWARDED_FOR, slot)) {
      list = list == null ? headers.value(slot) : list + "," + headers.value(slot);
    }
    return list;
  }

  static @Nullable InetAddress nthFromRight(Headers headers, int n) {
    String list = forwardedFor(headers);
    if (list == null) {
      return null;
    }
    int end = list.length();
    for (int i = 0; i < n; i++) {
      end = list.lastIndexOf(',', end - 1);
      if (end < 0) {
        return null;
      }
    }
    int comma = list.lastIndexOf(',', end - 1);
    return SocketAddresses.literal(list.substring(comma + 1, end).strip());
  }
}
