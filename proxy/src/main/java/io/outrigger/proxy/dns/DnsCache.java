package io.outrigger.proxy.dns;

import io.netty.util.NetUtil;
import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.DnsCacheConfig;
import io.outrigger.proxy.breaker.Resource;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The names that a dynamic forward proxy was asked for, and their addresses.
 *
 * <p>Workers look names up; the configuration loop asks DNS, again when an answer's time is over,
 * and forgets a name that nobody used for host_ttl.
 */
public final class DnsCache {
  /** Hears on the configuration loop what becomes of names. */
  public interface Listener {
    /** It has other addresses than before. */
    void onAddresses(CachedName name);

    /** It is forgotten. */
    void onRemoved(CachedName name);
  }

  private final DnsCacheConfig config;
  private final DnsResolver resolver;
  private final Worker main;
  private final DnsCacheStats stats;
  private final Resource pending;
  private final FailureBackOff backOff;
  private final Map<String, CachedName> names = new ConcurrentHashMap<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  DnsCache(DnsCacheConfig config, DnsResolver resolver, Worker main, StatStore store) {
    this.config = config;
    this.resolver = resolver;
    this.main = main;
    String prefix = "dns_cache." + config.name() + ".";
    this.stats = new DnsCacheStats(store, prefix);
    this.backOff = new FailureBackOff(config.dns());
    this.pending =
        new Resource(
            config.maxPendingRequests(),
            store.gauge(prefix + "circuit_breakers.rq_pending_open"),
            store.gauge(prefix + "circuit_breakers.rq_pending_remaining"));
    for (Address.Name name : config.preresolve()) {
      add(name.host() + ":" + name.port(), 0);
    }
  }

  DnsCacheConfig config() {
    return config;
  }

  DnsCacheStats stats() {
    return stats;
  }

  Resource pending() {
    return pending;
  }

  public void addListener(Listener listener) {
    listeners.add(listener);
  }

  public void removeListener(Listener listener) {
    listeners.remove(listener);
  }

  /** All names, for a listener that comes late. */
  public Collection<CachedName> names() {
    return names.values();
  }

  // ---- any thread ----

  /** The name, if it is known; an authority with a port is its key. */
  @Nullable CachedName get(String authority, int defaultPort) {
    return names.get(key(authority, defaultPort));
  }

  /** As hosts are kept: with a port always. */
  public static String key(String authority, int defaultPort) {
    return portAt(authority) > 0 ? authority : authority + ":" + defaultPort;
  }

  /** Where the colon before the port is; below 0: there is no port. */
  private static int portAt(String authority) {
    int colon = authority.lastIndexOf(':');
    if (colon < 0 || colon == authority.length() - 1 || colon < authority.indexOf(']')) {
      return -1;
    }
    for (int i = colon + 1; i < authority.length(); i++) {
      if (authority.charAt(i) < '0' || authority.charAt(i) > '9') {
        return -1;
      }
    }
    return authority.length() - colon > 6 ? -1 : colon;
  }

  /** The name, complete or with the question waiting; null: there are too many names. */
  synchronized @Nullable CachedName await(String authority, int defaultPort, DnsLookup lookup) {
    CachedName found = get(authority, defaultPort);
    if (found == null) {
      if (names.size() >= config.maxHosts()) {
        return null;
      }
      found = add(authority, defaultPort);
    }
    if (!found.isComplete()) {
      found.waiters.add(lookup);
    }
    return found;
  }

  private CachedName add(String authority, int defaultPort) {
    String key = key(authority, defaultPort);
    int colon = key.lastIndexOf(':');
    String host = key.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    CachedName made = new CachedName(key, host, Integer.parseInt(key.substring(colon + 1)));
    made.use(System.nanoTime());
    names.put(key, made);
    main.loop()
        .execute(
            () -> {
              stats.hostAdded.inc(0);
              stats.numHosts.inc(0);
              ask(made);
            });
    return made;
  }

  // ---- the configuration loop ----

  private void ask(CachedName name) {
    stats.queryAttempt.inc(0);
    int question = ++name.question;
    long limit = config.queryTimeoutMillis();
    if (limit > 0) {
      name.timeout =
          main.loop().schedule(() -> timedOut(name, question), limit, TimeUnit.MILLISECONDS);
    }
    resolver.resolve(
        name.host(),
        new DnsResolver.Answer() {
          @Override
          public void onAddresses(List<InetAddress> addresses, long ttlMillis) {
            main.loop().execute(() -> answered(name, question, addresses, ttlMillis));
          }

          @Override
          public void onNone(String reason) {
            main.loop().execute(() -> none(name, question, reason));
          }

          @Override
          public void onFailure(String reason) {
            main.loop().execute(() -> failed(name, question, reason));
          }
        });
  }

  /** Whether this is the answer to the last question; later ones are of no use. */
  private static boolean take(CachedName name, int question) {
    if (name.question != question) {
      return false;
    }
    name.question++;
    if (name.timeout != null) {
      name.timeout.cancel(false);
    }
    return true;
  }

  private void timedOut(CachedName name, int question) {
    if (name.question == question) {
      stats.queryTimeout.inc(0);
      failed(name, question, "resolve_timeout");
    }
  }

  private void answered(CachedName name, int question, List<InetAddress> all, long ttlMillis) {
    if (!take(name, question)) {
      return;
    }
    stats.querySuccess.inc(0);
    name.failures = 0;
    List<InetAddress> addresses =
        NetUtil.isValidIpV4Address(name.host()) || NetUtil.isValidIpV6Address(name.host())
            ? all
            : LookupFamilies.select(all, config.dns().family());
    if (!addresses.isEmpty() && !name.addresses().equals(addresses)) {
      name.addresses(addresses);
      stats.hostAddressChanged.inc(0);
      for (Listener listener : listeners) {
        listener.onAddresses(name);
      }
    }
    long ttl = ttlMillis < 0 ? config.dns().refreshRateMillis() : ttlMillis;
    complete(name, Math.max(config.minRefreshMillis(), ttl));
  }

  private void none(CachedName name, int question, String reason) {
    if (take(name, question)) {
      stats.querySuccess.inc(0);
      name.details(reason);
      complete(name, Math.max(config.minRefreshMillis(), config.dns().refreshRateMillis()));
    }
  }

  private void failed(CachedName name, int question, String reason) {
    if (take(name, question)) {
      stats.queryFailure.inc(0);
      name.failures++;
      if (name.addresses().isEmpty()) {
        name.details(reason);
      }
      complete(name, backOff.millis(name.failures));
      if (!config.refreshOnFailure()) {
        remove(name);
      }
    }
  }

  private void complete(CachedName name, long nextMillis) {
    List<DnsLookup> waiting;
    synchronized (this) {
      name.markComplete();
      waiting = List.copyOf(name.waiters);
      name.waiters.clear();
    }
    for (DnsLookup lookup : waiting) {
      lookup.answered(name);
    }
    name.next =
        main.loop().schedule(() -> again(name), Math.max(1, nextMillis), TimeUnit.MILLISECONDS);
  }

  private void again(CachedName name) {
    if (main.nanos() - name.usedNanos() > config.hostTtlMillis() * 1_000_000) {
      remove(name);
    } else {
      ask(name);
    }
  }

  private void remove(CachedName name) {
    if (name.next != null) {
      name.next.cancel(false);
    }
    if (names.remove(name.key(), name)) {
      stats.hostRemoved.inc(0);
      stats.numHosts.dec(0);
      for (Listener listener : listeners) {
        listener.onRemoved(name);
      }
    }
  }
}
