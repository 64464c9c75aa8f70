package io.outrigger.config.route;

/** Host and port in an authority's bytes. */
public final class HostPort {
  private HostPort() {}

  /** The length of an authority without {@code :port}; IPv6 literals are in brackets. */
  public static int withoutPort(byte[] data, int offset, int length) {
    int at = offset + length - 1;
    while (at > offset && data[at] >= '0' && data[at] <= '9') {
      at--;
    }
    if (at == offset + length - 1 || at < offset || data[at] != ':') {
      return length;
    }
    // "::1" without brackets is an address, not a port
    if (at > offset && data[at - 1] != ']') {
      for (int i = offset; i < at; i++) {
        if (data[i] == ':') {
          return length;
        }
      }
    }
    return at - offset;
  }
}
