package io.outrigger.config.address;

import java.net.InetAddress;

/** An address as configured: IP and port, name and port, a unix socket, or an internal listener. */
public sealed interface Address {
  /**
   * An IP address and port.
   *
   * @param ipv4Compat whether who listens on {@code ::} takes connections of IPv4, too
   */
  record Ip(InetAddress address, int port, boolean ipv4Compat) implements Address {
    public Ip(InetAddress address, int port) {
      this(address, port, false);
    }

    // a record's own are linked when they are first called, which costs a start 20 ms
    @Override
    public boolean equals(Object other) {
      return other instanceof Ip ip
          && port == ip.port
          && ipv4Compat == ip.ipv4Compat
          && address.equals(ip.address);
    }

    @Override
    public int hashCode() {
      return 31 * address.hashCode() + port;
    }

    @Override
    public String toString() {
      return IpText.of(address, port);
    }
  }

  /** A host name that DNS resolves, and a port. */
  record Name(String host, int port) implements Address {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** A unix domain socket; a path that begins with {@code @} is in the abstract namespace. */
  record Pipe(String path, int mode) implements Address {
    @Override
    public String toString() {
      return path;
    }
  }

  /** An internal listener of this process. */
  record Internal(String listener, String endpointId) implements Address {
    @Override
    public String toString() {
      return "envoy://" + listener + "/" + endpointId;
    }
  }
}
