package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;

/** The text by which rings and tables place a host. */
final class HashKey {
  private HashKey() {}

  /** The metadata envoy.lb hash_key, else the hostname if that is asked for, else the address. */
  static String of(Host host, boolean byHostname) {
    var key = host.metadata().value("envoy.lb", "hash_key");
    if (key != null && !key.getStringValue().isEmpty()) {
      return key.getStringValue();
    }
    return byHostname && !host.hostname().isEmpty() ? host.hostname() : host.addressText();
  }
}
