package io.outrigger.proxy.cluster;

import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.cluster.Discovery;
import io.outrigger.config.cluster.Endpoint;
import io.outrigger.config.cluster.Locality;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.dns.CachedName;
import io.outrigger.proxy.dns.DnsCache;
import io.outrigger.proxy.dns.DnsLookup;
import io.outrigger.proxy.worker.Worker;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * envoy.clusters.dynamic_forward_proxy: a host for each name of its cache that has an address.
 *
 * <p>{@link #pick} is called by any worker; hosts come and go on the configuration loop, before
 * those who wait for the name hear of it.
 */
public final class ForwardProxyHosts implements HostDiscovery, HostFinder, DnsCache.Listener {
  private final Cluster cluster;
  private final DnsCache cache;
  private final int defaultPort;
  private final int cells;
  private final ConcurrentHashMap<String, Host> hosts = new ConcurrentHashMap<>();

  ForwardProxyHosts(Cluster cluster, Discovery.ForwardProxy config, DnsCache cache, int cells) {
    this.cluster = cluster;
    this.cache = cache;
    this.defaultPort = config.defaultPort();
    this.cells = cells;
  }

  @Override
  public @Nullable Host pick(LbContext context, ClusterStats stats, int cell) {
    String name = name(context);
    return name == null ? null : hosts.get(DnsCache.key(name, port(context)));
  }

  private static @Nullable String name(LbContext context) {
    Headers headers = context.requestHeaders();
    return headers == null ? context.downstreamServerName() : headers.value(HeaderName.AUTHORITY);
  }

  private int port(LbContext context) {
    return context.upstreamPort() > 0 ? context.upstreamPort() : defaultPort;
  }

  /** Asks for what {@link #pick} didn't find; null where nothing names a host. */
  @Nullable DnsLookup lookup(LbContext context, Worker worker, Runnable whenKnown) {
    return name(context) == null ? null : new DnsLookup(cache, worker, whenKnown);
  }

  DnsLookup.Result start(DnsLookup lookup, LbContext context) {
    String name = name(context);
    return lookup.start(name == null ? "" : name, port(context));
  }

  @Override
  public void start(Runnable initialized) {
    cache.addListener(this);
    cache.names().forEach(this::onAddresses);
    initialized.run();
  }

  @Override
  public void endpoints(@Nullable ClusterEndpoints none) {}

  @Override
  public void onAddresses(CachedName name) {
    if (name.addresses().isEmpty()) {
      return;
    }
    InetSocketAddress address = new InetSocketAddress(name.addresses().getFirst(), name.port());
    List<SocketAddress> toTry =
        AddressOrder.of(name.addresses(), name.port(), cluster.config().happyEyeballs());
    Host host = hosts.get(name.key());
    if (host != null) {
      host.moveTo(address, SocketAddresses.text(address), toTry);
      return;
    }
    Endpoint endpoint =
        new Endpoint(
            new Address.Ip(address.getAddress(), address.getPort()),
            List.of(),
            name.key(),
            1,
            Endpoint.HealthStatus.UNKNOWN,
            Metadata.EMPTY,
            null,
            List.of(),
            null,
            "",
            false);
    host =
        new Host(
            address, SocketAddresses.text(address), name.key(), endpoint, Locality.EMPTY, 0, cells);
    host.moveTo(address, SocketAddresses.text(address), toTry);
    hosts.put(name.key(), host);
    cluster.setHosts(Membership.flat(hosts.values()), List.of());
  }

  @Override
  public void onRemoved(CachedName name) {
    Host host = hosts.remove(name.key());
    if (host != null) {
      cluster.setHosts(Membership.flat(hosts.values()), List.of(host));
    }
  }

  @Override
  public void stop() {
    cache.removeListener(this);
  }
}
