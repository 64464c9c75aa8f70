package io.outrigger.proxy.pool;

import io.outrigger.config.cluster.UpstreamHttpOptions;
import io.outrigger.config.cluster.UpstreamTransport;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.breaker.Resource;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.cluster.OriginalSource;
import io.outrigger.proxy.cluster.Pending;
import io.outrigger.proxy.cluster.StreamWaiter;
import io.outrigger.proxy.cluster.TcpWaiter;
import io.outrigger.proxy.stream.ResetReason;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All pools of one worker to one host. Owned by the worker. */
public final class HostPools {
  private static final int HTTP2 = 1;
  private static final int HIGH = 2;

  private final PoolScope scope;
  private final Host host;
  private final @Nullable HttpPool[] http = new @Nullable HttpPool[4];
  private final @Nullable TcpPool[] tcp = new @Nullable TcpPool[2];

  /** Pools of connections that tell of the request or its client, by what they tell. */
  private @Nullable Map<String, @Nullable HttpPool[]> byIntroduction;

  private boolean draining;

  public HostPools(PoolScope scope, Host host) {
    this.scope = scope;
    this.host = host;
  }

  public Host host() {
    return host;
  }

  public Pending newStream(LbContext context, StreamWaiter waiter) {
    HttpPool pool = pool(context);
    if (pool == null) {
      scope.stats().upstreamCxPoolOverflow.inc(scope.cell());
      waiter.onFailure(ResetReason.NO_POOL, null);
      return Pending.DONE;
    }
    return pool.newStream(waiter);
  }

  /** Makes a connection for a stream like this that may come; false: there is one, or can't be. */
  public boolean connectAhead(LbContext context, double ratio) {
    HttpPool pool = pool(context);
    return pool != null && pool.connectAhead(ratio);
  }

  /** How many streams more than there is room for, if there were so many for each. */
  public double shortage(double ratio) {
    double sum = shortage(http, ratio);
    if (byIntroduction != null) {
      for (@Nullable HttpPool[] pools : byIntroduction.values()) {
        sum += shortage(pools, ratio);
      }
    }
    return sum;
  }

  private static double shortage(@Nullable HttpPool[] pools, double ratio) {
    double sum = 0;
    for (HttpPool pool : pools) {
      sum += pool == null ? 0 : pool.shortage(ratio);
    }
    return sum;
  }

  /** Those of such a request; null: a breaker is in the way of as many pools. */
  private @Nullable HttpPool pool(LbContext context) {
    UpstreamHttpOptions options = scope.config().http();
    boolean http2 =
        switch (options.protocol()) {
          case HTTP1 -> false;
          case HTTP2, AUTO -> true;
          case USE_DOWNSTREAM -> context.downstreamHttp2();
        };
    int kind = (http2 ? HTTP2 : 0) + (context.highPriority() ? HIGH : 0);
    String serverName = options.autoSni() ? serverName(options, context) : null;
    byte[] preface = preface(context);
    OriginalSource source = context.originalSource();
    String key = key(serverName, preface, source);
    @Nullable HttpPool[] pools = key == null ? http : poolsOf(key);
    HttpPool pool = pools[kind];
    if (pool == null) {
      Resource limit = scope.breaker(context.highPriority()).pools();
      if (limit != null && !limit.tryAcquire() && !takePlace(limit, context.highPriority())) {
        return null;
      }
      Runnable whenEmpty =
          limit != null
              ? () -> forgetCounted(limit, key, kind)
              : key == null || preface == null && source == null ? null : () -> forget(key, kind);
      Introduction introduction = Introduction.of(serverName, preface, source);
      pool = new HttpPool(scope, host, context.highPriority(), http2, introduction, whenEmpty);
      pools[kind] = pool;
      if (draining) {
        pool.drain();
      }
    }
    return pool;
  }

  /** A connection that tells of one client carries nothing of another's. */
  private byte @Nullable [] preface(LbContext context) {
    if (!scope.sockets().hasProxyProtocol()) {
      return null;
    }
    UpstreamTransport.ProxyProtocol config = scope.sockets().proxyProtocol(host);
    return config == null
        ? null
        : ProxyHeaderWriter.header(config, host.endpoint().tlvs(), context);
  }

  private static @Nullable String key(
      @Nullable String serverName, byte @Nullable [] preface, @Nullable OriginalSource source) {
    String key = source == null ? null : source.key();
    key = joined(key, serverName);
    return preface == null ? key : joined(key, new String(preface, StandardCharsets.ISO_8859_1));
  }

  private static @Nullable String joined(@Nullable String one, @Nullable String other) {
    return one == null ? other : other == null ? one : one + '\0' + other;
  }

  /** Drops one of this host's pools that carries nothing, so that another may take its place. */
  private boolean takePlace(Resource limit, boolean highPriority) {
    HttpPool[] unused = {null};
    forEach(
        pool -> {
          if (unused[0] == null && pool.highPriority() == highPriority && pool.isUnused()) {
            unused[0] = pool;
          }
        });
    if (unused[0] == null) {
      return false;
    }
    unused[0].drain(); // which empties it, and gives its place back
    return limit.tryAcquire();
  }

  private void forgetCounted(Resource limit, @Nullable String key, int kind) {
    if (key != null) {
      limit.release();
      forget(key, kind);
    } else if (http[kind] != null) {
      limit.release();
      http[kind] = null;
    }
  }

  /** The clients of such pools come and go. */
  private void forget(String key, int kind) {
    Map<String, @Nullable HttpPool[]> known = byIntroduction;
    @Nullable HttpPool[] pools = known == null ? null : known.get(key);
    if (known != null && pools != null) {
      pools[kind] = null;
      for (HttpPool left : pools) {
        if (left != null) {
          return;
        }
      }
      known.remove(key);
    }
  }

  private @Nullable HttpPool[] poolsOf(String key) {
    if (byIntroduction == null) {
      byIntroduction = new HashMap<>();
    }
    return byIntroduction.computeIfAbsent(key, name -> new @Nullable HttpPool[4]);
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
    return pool.newConnection(
        Introduction.of(null, preface(context), context.originalSource()), waiter);
  }

  /** Closes what is idle now, and the rest when its streams end. Sessions of TCP go on. */
  public void drain() {
    assert scope.worker().inLoop();
    draining = true;
    forEach(HttpPool::drain);
  }

  /**
   * Closes HTTP connections as they become idle, others at once if {@code sessions}; more may come.
   */
  public void closeConnections(boolean sessions) {
    assert scope.worker().inLoop();
    forEach(HttpPool::drainConnections);
    for (TcpPool pool : tcp) {
      if (pool != null && sessions) {
        pool.closeAll();
      }
    }
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
    if (byIntroduction != null) {
      for (@Nullable HttpPool[] pools : List.copyOf(byIntroduction.values())) {
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
