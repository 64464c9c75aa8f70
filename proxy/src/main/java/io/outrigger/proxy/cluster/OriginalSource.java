package io.outrigger.proxy.cluster;

import io.outrigger.config.address.IpText;
import io.outrigger.proxy.address.SocketAddresses;
import java.net.InetAddress;

/**
 * Whose address a connection upstream has as its own: its client's.
 *
 * @param mark SO_MARK, by which the answers are led back to this proxy; 0: none
 * @param key tells such connections apart
 */
public record OriginalSource(InetAddress address, int mark, String key) {
  public OriginalSource(InetAddress address, int mark) {
    this(
        address,
        mark,
        "from " + IpText.of(address) + "%" + SocketAddresses.scope(address) + " " + mark);
  }
}
