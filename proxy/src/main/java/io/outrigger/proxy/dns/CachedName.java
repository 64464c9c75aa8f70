package io.outrigger.proxy.dns;

import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One host and port of a cache of names, with what DNS last said of it.
 *
 * <p>Any thread reads what is volatile; the rest is the configuration loop's, the waiters' list is
 * guarded by the cache.
 */
public final class CachedName {
  final List<DnsLookup> waiters = new ArrayList<>(1);
  private final String key;
  private final String host;
  private final int port;
  private volatile List<InetAddress> addresses = List.of();
  private volatile String details = "";
  private volatile boolean complete;
  private volatile long usedNanos;
  @Nullable ScheduledFuture<?> next;
  @Nullable ScheduledFuture<?> timeout;
  int failures;
  int question;

  CachedName(String key, String host, int port) {
    this.key = key;
    this.host = host;
    this.port = port;
  }

  /** {@code host:port}, as requests name it. */
  public String key() {
    return key;
  }

  String host() {
    return host;
  }

  public int port() {
    return port;
  }

  /** What is connected to, the best first; empty: DNS knows none. */
  public List<InetAddress> addresses() {
    return addresses;
  }

  void addresses(List<InetAddress> now) {
    addresses = now;
  }

  /** Why there is no address. */
  public String details() {
    return details;
  }

  void details(String now) {
    details = now;
  }

  /** Whether DNS has answered, or failed to, at least once. */
  boolean isComplete() {
    return complete;
  }

  void markComplete() {
    complete = true;
  }

  long usedNanos() {
    return usedNanos;
  }

  /** Keeps it from being forgotten for another host_ttl. */
  public void use(long nanos) {
    usedNanos = nanos;
  }
}
