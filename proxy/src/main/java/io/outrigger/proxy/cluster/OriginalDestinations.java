package io.outrigger.proxy.cluster;

import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.cluster.Discovery;
import io.outrigger.config.cluster.Endpoint;
import io.outrigger.config.cluster.Locality;
import io.outrigger.config.http.Headers;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.proxy.address.SocketAddresses;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * ORIGINAL_DST: a host for each address that clients meant to reach, made when one first does.
 *
 * <p>{@link #pick} is called by any worker. A host that nobody picked and that has no connection
 * for a cleanup interval goes.
 */
final class OriginalDestinations implements HostDiscovery, HostFinder {
  private final Cluster cluster;
  private final Discovery.OriginalDst config;
  private final int cells;
  private final ScheduledExecutorService loop;
  private final ConcurrentHashMap<InetSocketAddress, Host> hosts = new ConcurrentHashMap<>();
  private @Nullable ScheduledFuture<?> cleanup;
  private boolean stopped;

  OriginalDestinations(
      Cluster cluster, Discovery.OriginalDst config, int cells, ScheduledExecutorService loop) {
    this.cluster = cluster;
    this.config = config;
    this.cells = cells;
    this.loop = loop;
  }

  @Override
  public @Nullable Host pick(LbContext context, ClusterStats stats, int cell) {
    InetSocketAddress to = destination(context, stats, cell);
    if (to == null) {
      return null;
    }
    Host host = hosts.get(to);
    if (host == null) {
      host = hosts.computeIfAbsent(to, this::create);
      loop.execute(this::publish);
    }
    host.markUsed();
    return host;
  }

  private @Nullable InetSocketAddress destination(LbContext context, ClusterStats stats, int cell) {
    InetSocketAddress to = null;
    Headers headers = context.requestHeaders();
    if (config.header() != null && headers != null) {
      String value = headers.value(config.header());
      if (value != null) {
        to = SocketAddresses.parse(value);
        if (to == null) {
          stats.originalDstHostInvalid.inc(cell);
        }
      }
    }
    if (to == null && context.originalDestination() instanceof InetSocketAddress meant) {
      to = meant;
    }
    return to == null || config.portOverride() == 0 || to.getPort() == config.portOverride()
        ? to
        : new InetSocketAddress(to.getAddress(), config.portOverride());
  }

  private Host create(InetSocketAddress address) {
    Address.Ip ip = new Address.Ip(address.getAddress(), address.getPort());
    Endpoint endpoint =
        new Endpoint(
            ip,
            List.of(),
            "",
            1,
            Endpoint.HealthStatus.UNKNOWN,
            Metadata.EMPTY,
            null,
            List.of(),
            null,
            "",
            false);
    return new Host(address, ip.toString(), "", endpoint, Locality.EMPTY, 0, cells);
  }

  @Override
  public void start(Runnable initialized) {
    long interval = Math.max(1, config.cleanupIntervalMillis());
    cleanup = loop.scheduleWithFixedDelay(this::cleanUp, interval, interval, TimeUnit.MILLISECONDS);
    initialized.run();
  }

  @Override
  public void endpoints(@Nullable ClusterEndpoints none) {}

  private void publish() {
    if (!stopped) {
      cluster.setHosts(Membership.flat(hosts.values()), List.of());
    }
  }

  private void cleanUp() {
    List<Host> removed = new ArrayList<>();
    hosts.values().removeIf(host -> isUnused(host) && removed.add(host));
    if (!removed.isEmpty()) {
      cluster.setHosts(Membership.flat(hosts.values()), removed);
    }
  }

  private static boolean isUnused(Host host) {
    return !host.takeUsed() && host.stats().rqActive() == 0 && host.stats().rqPendingActive() == 0;
  }

  @Override
  public void stop() {
    stopped = true;
    if (cleanup != null) {
      cleanup.cancel(false);
    }
  }
}
