package io.outrigger.config.hcm;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.CidrRange;
import java.util.List;

/**
 * One way to find the client's address in a request's headers: original_ip_detection_extensions.
 */
public sealed interface OriginalIpDetection {
  /**
   * X-Forwarded-For, a number of hops from the right, or the first from there that isn't trusted.
   *
   * @param trusted empty: {@code trustedHops} counts
   * @param append whether the connection's peer is added to the header
   */
  record Xff(int trustedHops, List<CidrRange> trusted, boolean append)
      implements OriginalIpDetection {
    public Xff {
      trusted = List.copyOf(trusted);
    }
  }

  /**
   * A header of its own.
   *
   * @param rejectStatus what requests without an address there are answered with; 0: they go on
   */
  record CustomHeader(HeaderName name, boolean trustedAddress, int rejectStatus)
      implements OriginalIpDetection {}
}
