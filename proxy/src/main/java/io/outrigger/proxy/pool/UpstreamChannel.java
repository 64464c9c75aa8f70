package io.outrigger.proxy.pool;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.outrigger.proxy.cluster.ClusterStats;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.tls.TlsInfo;
import io.outrigger.proxy.worker.BoundedReads;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a host, as the first handler of its channel: connects within the time allowed,
 * secures it, counts its bytes and its end.
 *
 * <p>The breaker's connection is taken by the caller before, and given back here at the end.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class UpstreamChannel extends ChannelDuplexHandler implements Dial.Owner {
  private static final AtomicLong IDS = new AtomicLong();

  /** What a connection belongs to; called on the worker. */
  interface Owner {
    /** Connected and secure. What it adds to the pipeline gets all the peer sends. */
    void onConnected(Channel channel, @Nullable TlsInfo tls);

    /** Neither connected nor secure in the end; the channel is closed. Nothing follows. */
    void onConnectFailed(ResetReason reason, @Nullable String transportFailure);

    /** A connection that was up is closed. Comes before the handlers behind hear of it. */
    void onDisconnected(boolean locally);

    /** Requests on the connection now; for statistics of the close. */
    int activeRequests();

    /** Requests on the connection so far. */
    int totalRequests();
  }

  private final PoolScope scope;
  private final Host host;
  private final boolean highPriority;
  private final Introduction introduction;
  private final List<String> fallbackAlpn;
  private final boolean readAtOnce;
  private final Owner owner;
  private final long id = IDS.incrementAndGet();
  private final long startNanos;
  private final Timeout connectTimeout;

  /** What connects, or has; of several attempts the one that won. */
  private @Nullable Dial dial;

  private @Nullable AddressRace race;
  private @Nullable Channel channel;
  private boolean proxied;
  private boolean up;
  private boolean ended;
  private boolean closedLocally;

  /**
   * A connection to be opened.
   *
   * @param readAtOnce false where the owner wants to start reading by itself
   */
  UpstreamChannel(
      PoolScope scope,
      Host host,
      boolean highPriority,
      Introduction introduction,
      List<String> fallbackAlpn,
      boolean readAtOnce,
      Owner owner) {
    this.scope = scope;
    this.host = host;
    this.highPriority = highPriority;
    this.introduction = introduction;
    this.fallbackAlpn = fallbackAlpn;
    this.readAtOnce = readAtOnce;
    this.owner = owner;
    this.startNanos = scope.worker().nanos();
    this.connectTimeout = new Timeout(scope.worker().timers(), this::onConnectTimeout);
  }

  /** Starts connecting; the owner may hear the result before this returns. */
  void open() {
    assert scope.worker().inLoop();
    ClusterStats stats = scope.stats();
    int cell = scope.cell();
    stats.upstreamCxTotal.inc(cell);
    stats.upstreamCxActive.inc(cell);
    host.stats().connectionStarted(cell);
    connectTimeout.arm(scope.config().connectTimeoutMillis() * 1_000_000L, startNanos);
    SocketAddress proxy = HttpProxy.of(host);
    proxied = proxy != null;
    List<SocketAddress> several = host.addressesToTry();
    if (proxy != null || several.isEmpty()) {
      dial = dial(proxy != null ? proxy : host.address(), this, this);
      dial.start();
    } else {
      race = new AddressRace(scope, host, several, this);
      race.start();
    }
  }

  /** An attempt to connect as this connection is to be, at one of the host's addresses. */
  Dial dial(SocketAddress to, ChannelHandler first, Dial.Owner by) {
    return new Dial(scope, host, to, introduction, fallbackAlpn, readAtOnce, first, by);
  }

  @Override
  public void onUp(Dial connected, @Nullable TlsInfo info) {
    dial = connected;
    channel = connected.channel();
    connectTimeout.cancel();
    up = true;
    long millis = (scope.worker().nanos() - startNanos) / 1_000_000;
    scope.stats().upstreamCxConnectMs.record(scope.cell(), millis);
    if (channel != null) {
      owner.onConnected(channel, info);
    }
  }

  @Override
  public void onFailed(Dial failed, ResetReason reason, @Nullable String transportFailure) {
    fail(reason, transportFailure);
  }

  private void onConnectTimeout() {
    scope.stats().upstreamCxConnectTimeout.inc(scope.cell());
    closedLocally = true;
    fail(ResetReason.CONNECTION_TIMEOUT, null);
  }

  private void fail(ResetReason reason, @Nullable String transportFailure) {
    if (ended) {
      return;
    }
    int cell = scope.cell();
    scope.stats().upstreamCxConnectFail.inc(cell);
    host.stats().connectFailed(cell);
    end();
    close();
    owner.onConnectFailed(reason, transportFailure);
  }

  /** Gives up a connection that nobody waits for any more; the owner hears nothing. */
  void abandon() {
    if (!ended) {
      closedLocally = true;
      end();
      close();
    }
  }

  private void close() {
    if (race != null) {
      race.close();
    }
    if (dial != null) {
      dial.close();
    }
  }

  /** What is known of the connection, for logs. */
  UpstreamInfo info(@Nullable String protocol, @Nullable TlsInfo tls) {
    return new UpstreamInfo(
        host,
        id,
        protocol,
        channel == null ? "" : Sockets.text(channel.localAddress()),
        race == null && !proxied || channel == null
            ? host.addressText()
            : Sockets.text(channel.remoteAddress()),
        tls,
        scope.config().peerExchange(),
        startNanos,
        dial == null ? 0 : dial.connectedNanos(),
        dial == null ? 0 : dial.handshakeNanos());
  }

  boolean isUp() {
    return up && !ended && channel != null && channel.isActive();
  }

  // ---- the channel's events ----

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (race == null) { // else it comes to a channel that has been set up
      BoundedReads.of(ctx.channel());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (msg instanceof ByteBuf bytes) {
      scope.stats().upstreamCxRxBytesTotal.add(scope.cell(), bytes.readableBytes());
    }
    ctx.fireChannelRead(msg);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    if (msg instanceof ByteBuf bytes) {
      scope.stats().upstreamCxTxBytesTotal.add(scope.cell(), bytes.readableBytes());
    }
    ctx.write(msg, promise);
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (up) { // what fails before, TLS too, counts as the peer's doing
      closedLocally = true;
    }
    ctx.close(promise);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!ended) {
      if (up) {
        end();
        owner.onDisconnected(closedLocally);
      } else if (dial == null || !dial.isSecuring()) {
        fail(ResetReason.REMOTE_CONNECTION_FAILURE, null);
      }
      // else the handshake fails with it, and tells why
    }
    ctx.fireChannelInactive();
    if (!ended) {
      fail(ResetReason.REMOTE_CONNECTION_FAILURE, null);
    }
  }

  private void end() {
    ended = true;
    connectTimeout.cancel();
    ClusterStats stats = scope.stats();
    int cell = scope.cell();
    scope.breaker(highPriority).connections().release();
    host.stats().connectionEnded(cell);
    stats.upstreamCxActive.dec(cell);
    stats.upstreamCxDestroy.inc(cell);
    (closedLocally ? stats.upstreamCxDestroyLocal : stats.upstreamCxDestroyRemote).inc(cell);
    if (up && owner.activeRequests() > 0) {
      stats.upstreamCxDestroyWithActiveRq.inc(cell);
      (closedLocally
              ? stats.upstreamCxDestroyLocalWithActiveRq
              : stats.upstreamCxDestroyRemoteWithActiveRq)
          .inc(cell);
    }
    if (up) {
      long millis = (scope.worker().nanos() - startNanos) / 1_000_000;
      stats.upstreamCxLengthMs.record(cell, millis);
      stats.upstreamRqPerCx.record(cell, owner.totalRequests());
    }
  }
}
