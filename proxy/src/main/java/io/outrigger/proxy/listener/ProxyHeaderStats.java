package io.outrigger.proxy.listener;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;

/** The {@code proxy_proto.} statistics of the listener filters of one {@code stat_prefix}. */
final class ProxyHeaderStats {
  final Counter notFoundAllowed;
  final Counter notFoundDisallowed;
  private final Version version1;
  private final Version version2;

  ProxyHeaderStats(StatStore store, String prefix) {
    String root = prefix.isEmpty() ? "proxy_proto." : "proxy_proto." + prefix + '.';
    notFoundAllowed = store.counter(root + "not_found_allowed");
    notFoundDisallowed = store.counter(root + "not_found_disallowed");
    version1 = new Version(store, root + "versions.v1.");
    version2 = new Version(store, root + "versions.v2.");
  }

  /** Those of version 1 or 2. */
  Version of(int version) {
    return version == 1 ? version1 : version2;
  }

  /** What became of the headers of a version. */
  static final class Version {
    final Counter found;
    final Counter disallowed;
    final Counter error;

    private Version(StatStore store, String root) {
      found = store.counter(root + "found");
      disallowed = store.counter(root + "disallowed");
      error = store.counter(root + "error");
    }
  }
}
