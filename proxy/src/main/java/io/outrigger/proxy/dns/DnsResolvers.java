package io.outrigger.proxy.dns;

import io.outrigger.config.cluster.Discovery.DnsOptions;
import io.outrigger.config.cluster.Discovery.LookupFamily;
import io.outrigger.config.cluster.DnsResolverConfig;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The resolvers of the process, each made when something first needs it. Any thread. */
public final class DnsResolvers {
  private final DnsResolver system;
  private final Worker main;
  private final Transport transport;
  private final Map<Key, DnsResolver> clients = new ConcurrentHashMap<>();

  /** Made once for all that ask the same servers for the same families. */
  private record Key(DnsResolverConfig config, LookupFamily family) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && family == key.family && config.equals(key.config);
    }

    @Override
    public int hashCode() {
      return config.servers().hashCode() * 31 + family.ordinal();
    }
  }

  public DnsResolvers(DnsResolver system, Worker main, Transport transport) {
    this.system = system;
    this.main = main;
    this.transport = transport;
  }

  /** What these options say to ask. */
  public DnsResolver of(DnsOptions options) {
    return options.resolver().kind() == DnsResolverConfig.Kind.SYSTEM
        ? system
        : clients.computeIfAbsent(
            new Key(options.resolver(), options.family()),
            key -> new DnsClient(main.loop(), transport, key.config, key.family));
  }
}
