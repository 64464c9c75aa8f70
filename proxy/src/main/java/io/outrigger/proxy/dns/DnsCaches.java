package io.outrigger.proxy.dns;

import io.outrigger.config.cluster.DnsCacheConfig;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The caches of the forward proxies by their names, which clusters and filters share. Any thread.
 */
public final class DnsCaches {
  private final DnsResolvers resolvers;
  private final Worker main;
  private final StatStore store;
  private final Map<String, DnsCache> byName = new ConcurrentHashMap<>();

  public DnsCaches(DnsResolvers resolvers, Worker main, StatStore store) {
    this.resolvers = resolvers;
    this.main = main;
    this.store = store;
  }

  /** The cache of this name; the first to name it says how it works. */
  public DnsCache of(DnsCacheConfig config) {
    DnsCache found = byName.computeIfAbsent(config.name(), name -> open(config));
    if (!found.config().equals(config)) {
      Log.DNS.warning("config specified DNS cache '" + config.name() + "' with different settings");
    }
    return found;
  }

  private DnsCache open(DnsCacheConfig config) {
    return new DnsCache(config, resolvers.of(config.dns()), main, store);
  }
}
