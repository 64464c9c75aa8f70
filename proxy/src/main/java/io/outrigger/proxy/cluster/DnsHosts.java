package io.outrigger.proxy.cluster;

import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.cluster.Discovery.DnsOptions;
import io.outrigger.config.cluster.Endpoint;
import io.outrigger.config.cluster.LocalityEndpoints;
import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.cluster.ResolvedLocality.ResolvedEndpoint;
import io.outrigger.proxy.dns.DnsResolver;
import io.outrigger.proxy.dns.FailureBackOff;
import io.outrigger.proxy.dns.LookupFamilies;
import io.outrigger.proxy.log.Log;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * STRICT_DNS and LOGICAL_DNS: hosts whose addresses DNS tells, asked again and again.
 *
 * <p>Strict, each address is a host. Logical, each name is one host, which is where DNS says when a
 * connection is made, at the address that answers first if there are several; connections that are
 * open stay. A failure keeps what was known.
 */
final class DnsHosts implements HostDiscovery {
  private static final long SHORTEST_MILLIS = 1;

  private final Cluster cluster;
  private final ClusterEndpoints endpoints;
  private final DnsOptions options;
  private final FailureBackOff backOff;
  private final boolean logical;
  private final DnsResolver resolver;
  private final ScheduledExecutorService loop;
  private final Map<String, Name> names = new LinkedHashMap<>();
  private @Nullable Runnable initialized;
  private boolean stopped;

  /** What is known of one name. */
  private static final class Name {
    final String text;
    List<InetAddress> addresses = List.of();
    boolean asked;
    int failures;
    @Nullable ScheduledFuture<?> next;

    Name(String text) {
      this.text = text;
    }
  }

  DnsHosts(
      Cluster cluster,
      ClusterEndpoints endpoints,
      DnsOptions options,
      boolean logical,
      DnsResolver resolver,
      ScheduledExecutorService loop) {
    this.cluster = cluster;
    this.endpoints = endpoints;
    this.options = options;
    this.backOff = new FailureBackOff(options);
    this.logical = logical;
    this.resolver = resolver;
    this.loop = loop;
  }

  @Override
  public void start(Runnable whenInitialized) {
    initialized = whenInitialized;
    for (LocalityEndpoints locality : endpoints.localities()) {
      for (Endpoint endpoint : locality.endpoints()) {
        if (endpoint.address() instanceof Address.Name name) {
          names.computeIfAbsent(name.host(), Name::new);
        }
      }
    }
    if (names.isEmpty()) {
      apply();
      tellInitialized();
      return;
    }
    for (Name name : List.copyOf(names.values())) {
      ask(name);
    }
  }

  @Override
  public void endpoints(@Nullable ClusterEndpoints none) {}

  @Override
  public void stop() {
    stopped = true;
    for (Name name : names.values()) {
      if (name.next != null) {
        name.next.cancel(false);
      }
    }
  }

  private void ask(Name name) {
    if (stopped) {
      return;
    }
    cluster.membershipStats().updateAttempt.inc(0);
    resolver.resolve(
        name.text,
        new DnsResolver.Answer() {
          @Override
          public void onAddresses(List<InetAddress> addresses, long ttlMillis) {
            loop.execute(() -> answered(name, addresses, ttlMillis));
          }

          @Override
          public void onNone(String reason) {
            if (logical) {
              onFailure(reason);
            } else { // the name has gone, and its hosts with it
              loop.execute(() -> answered(name, List.of(), -1));
            }
          }

          @Override
          public void onFailure(String reason) {
            loop.execute(() -> failed(name, reason));
          }
        });
  }

  private void answered(Name name, List<InetAddress> all, long ttlMillis) {
    if (stopped) {
      return;
    }
    cluster.membershipStats().updateSuccess.inc(0);
    List<InetAddress> addresses = LookupFamilies.select(all, options.family());
    boolean first = !name.asked;
    name.asked = true;
    name.failures = 0;
    if (first || !sameAddresses(name.addresses, addresses)) {
      name.addresses = addresses;
      apply();
    } else {
      cluster.membershipStats().updateNoRebuild.inc(0);
    }
    boolean byTtl = options.respectTtl() && ttlMillis > 0 && !addresses.isEmpty();
    askAgain(
        name, (byTtl ? ttlMillis : options.refreshRateMillis()) + jitter(options.jitterMillis()));
    tellInitialized();
  }

  private void failed(Name name, String reason) {
    if (stopped) {
      return;
    }
    cluster.membershipStats().updateFailure.inc(0);
    name.asked = true;
    if (name.failures == 0) {
      Log.DNS.warning("cluster " + cluster.name() + ": " + name.text + ": " + reason);
    }
    name.failures = Math.min(name.failures + 1, 30);
    askAgain(name, backOff.millis(name.failures));
    tellInitialized();
  }

  private static long jitter(long bound) {
    return bound <= 0 ? 0 : ThreadLocalRandom.current().nextLong(bound);
  }

  private void askAgain(Name name, long millis) {
    name.next =
        loop.schedule(() -> ask(name), Math.max(SHORTEST_MILLIS, millis), TimeUnit.MILLISECONDS);
  }

  /** Servers turn their answers round. */
  private static boolean sameAddresses(List<InetAddress> before, List<InetAddress> now) {
    return before.size() == now.size() && now.containsAll(before) && before.containsAll(now);
  }

  private void tellInitialized() {
    for (Name name : names.values()) {
      if (!name.asked) {
        return;
      }
    }
    Runnable tell = initialized;
    initialized = null;
    if (tell != null) {
      tell.run();
    }
  }

  private void apply() {
    List<ResolvedLocality> localities = new ArrayList<>(endpoints.localities().size());
    for (LocalityEndpoints locality : endpoints.localities()) {
      List<ResolvedEndpoint> resolved = new ArrayList<>();
      for (Endpoint endpoint : locality.endpoints()) {
        resolve(endpoint, resolved);
      }
      localities.add(
          new ResolvedLocality(
              locality.locality(), locality.priority(), locality.weight(), resolved));
    }
    cluster.drop(endpoints);
    cluster.setHosts(localities, endpoints);
  }

  private void resolve(Endpoint endpoint, List<ResolvedEndpoint> into) {
    if (!(endpoint.address() instanceof Address.Name to)) {
      SocketAddress address = SocketAddresses.of(endpoint.address());
      if (address != null) {
        String text = endpoint.address().toString();
        into.add(
            new ResolvedEndpoint(text, address, text, List.of(), endpoint.hostname(), endpoint));
      }
      return;
    }
    String hostname = endpoint.hostname().isEmpty() ? to.host() : endpoint.hostname();
    Name name = names.get(to.host());
    List<InetAddress> addresses = name == null ? List.of() : name.addresses;
    if (logical && !addresses.isEmpty()) {
      InetSocketAddress address = new InetSocketAddress(addresses.getFirst(), to.port());
      List<SocketAddress> toTry =
          AddressOrder.of(addresses, to.port(), cluster.config().happyEyeballs());
      into.add(
          new ResolvedEndpoint(
              to.toString(), address, SocketAddresses.text(address), toTry, hostname, endpoint));
      return;
    }
    for (InetAddress ip : addresses) {
      InetSocketAddress address = new InetSocketAddress(ip, to.port());
      String text = SocketAddresses.text(address);
      into.add(new ResolvedEndpoint(text, address, text, List.of(), hostname, endpoint));
    }
  }
}
