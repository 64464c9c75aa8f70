package io.outrigger.config.hcm;

import io.outrigger.config.match.CidrRange;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who the client is taken to be, and whether it is internal.
 *
 * @param internalRanges addresses of internal clients
 * @param unixSocketsInternal clients over unix sockets are internal
 * @param detection tried in their order without useRemoteAddress; empty: X-Forwarded-For
 */
public record RemoteAddressOptions(
    boolean useRemoteAddress,
    int xffNumTrustedHops,
    boolean skipXffAppend,
    List<CidrRange> internalRanges,
    boolean unixSocketsInternal,
    boolean ipv4AsMappedIpv6,
    List<OriginalIpDetection> detection) {
  public RemoteAddressOptions {
    internalRanges = List.copyOf(internalRanges);
    detection = List.copyOf(detection);
  }

  /** Whether an address, null for a unix socket, is an internal client's. */
  public boolean isInternal(@Nullable InetAddress address) {
    if (address == null) {
      return unixSocketsInternal;
    }
    for (int i = 0, size = internalRanges.size(); i < size; i++) {
      if (internalRanges.get(i).contains(address)) {
        return true;
      }
    }
    return false;
  }
}
