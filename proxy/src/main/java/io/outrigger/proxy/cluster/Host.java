package io.outrigger.proxy.cluster;

import java.net.SocketAddress;

/** One endpoint of a cluster; keeps its identity while it stays in the cluster. Any thread. */
public final class Host {
  private final SocketAddress address;
  private final String addressText;
  private final String hostname;
  private final HostStats stats = new HostStats();

  Host(SocketAddress address, String addressText, String hostname) {
    this.address = address;
    this.addressText = addressText;
    this.hostname = hostname;
  }

  /** An {@code InetSocketAddress} or a Unix domain socket's. */
  public SocketAddress address() {
    return address;
  }

  /** {@code 10.0.0.1:80}, {@code [::1]:80}, or a path: made once. */
  public String addressText() {
    return addressText;
  }

  /** The endpoint's hostname, or the DNS name it was resolved from; may be empty. */
  public String hostname() {
    return hostname;
  }

  public HostStats stats() {
    return stats;
  }
}
