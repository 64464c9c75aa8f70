package io.outrigger.proxy.pool;

import io.outrigger.config.cluster.UpstreamHttpOptions;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.cluster.Pending;
import io.outrigger.proxy.cluster.StreamWaiter;
import io.outrigger.proxy.cluster.TcpWaiter;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All pools of one worker to one host. Owned by the worker. */
public final class HostPools {
  private static final int HTTP2 = 1;
  private static final int HIGH = 2;

  private final PoolScope scope;
  private final Host host;
  private final IdleAge idle = new IdleAge();
  private final @Nullable HttpPool[] http = new @Nullable HttpPool[4];
  private final @Nullable TcpPool[] tcp = new @Nullable TcpPool[2];

  /** Pools of connections whose SNI is the request's, by that name. */
  private @Nullable Map<String, @Nullable HttpPool[]> byServerName;

  private boolean draining;

  public HostPools(PoolScope scope, Host host) {
    this.scope = scope;
    this.host = host;
  }

  public Host host() {
    return host;
  }

  public Pending newStream(LbContext context, StreamWaiter waiter) {
    UpstreamHttpOptions options = scope.config().http();
    boolean http2 =
        switch (options.protocol()) {
          case HTTP1 -> false;
          case HTTP2, AUTO -> true;
          case USE_DOWNSTREAM -> context.downstreamHttp2();
        };
    int kind = (http2 ? HTTP2 : 0) + (context.highPriority() ? HIGH : 0);
    String serverName = options.autoSni() ? serverName(options, context) : null;
    @Nullable HttpPool[] pools = serverName == null ? http : poolsOf(serverName);
    HttpPool pool = pools[kind];
    if (pool == null) {
      pool = new HttpPool(scope, host, context.highPriority(), http2, serverName, idle);
      pools[kind] = pool;
      if (draining) {
        pool.drain();
      }
    }
    return pool.newStream(waiter);
  }

  private @Nullable HttpPool[] poolsOf(String serverName) {
    if (byServerName == null) {
      byServerName = new HashMap<>();
    }
    return byServerName.computeIfAbsent(serverName, name -> new @Nullable HttpPool[4]);
  }

  /** auto_sni: the request's host without its port; none for an address (RFC 6066 section 3). */
  private static @Nullable String serverName(UpstreamHttpOptions options, LbContext context) {
    Headers headers = context.requestHeaders();
    HeaderName from = options.overrideAutoSniHeader();
    String value =
        headers == null ? null : headers.value(from == null ? HeaderName.AUTHORITY : from);
    if (value == null || value.isEmpty() || value.charAt(0) == '[') {
      return null;
    }
    int colon = value.lastIndexOf(':');
    String name = colon < 0 ? value : value.substring(0, colon);
    return io.netty.util.NetUtil.isValidIpV4Address(name) ? null : name;
  }

  public Pending newTcpConnection(LbContext context, TcpWaiter waiter) {
    int kind = context.highPriority() ? 1 : 0;
    TcpPool pool = tcp[kind];
    if (pool == null) {
      pool = new TcpPool(scope, host, context.highPriority());
      tcp[kind] = pool;
    }
    return pool.newConnection(waiter);
  }

  /** Closes what is idle now, and the rest when its streams end. Sessions of TCP go on. */
  public void drain() {
    assert scope.worker().inLoop();
    draining = true;
    forEach(HttpPool::drain);
  }

  /** Whether nothing is open or waited for. */
  public boolean isEmpty() {
    boolean[] empty = {true};
    forEach(pool -> empty[0] &= pool.isEmpty());
    for (TcpPool pool : tcp) {
      empty[0] &= pool == null || pool.isEmpty();
    }
    return empty[0];
  }

  private void forEach(Consumer<HttpPool> action) {
    each(http, action);
    if (byServerName != null) {
      for (@Nullable HttpPool[] pools : byServerName.values()) {
        each(pools, action);
      }
    }
  }

  private static void each(@Nullable HttpPool[] pools, Consumer<HttpPool> action) {
    for (HttpPool pool : pools) {
      if (pool != null) {
        action.accept(pool);
      }
    }
  }
}
