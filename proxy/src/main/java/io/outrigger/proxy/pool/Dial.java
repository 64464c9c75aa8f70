package io.outrigger.proxy.pool;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.outrigger.config.cluster.UpstreamTransport;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.tcpstats.TcpStats;
import io.outrigger.proxy.tls.TlsInfo;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect to a host, at one address: TCP, what is said before all else, TLS. Used on
 * the worker.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class Dial implements TransportSocket.Outcome {
  /** Whose it is; exactly one of the two is called, unless it is closed before. */
  interface Owner {
    /** Connected, and secure where it is to be. */
    void onUp(Dial dial, @Nullable TlsInfo tls);

    /** Neither in the end; the channel is to be closed. */
    void onFailed(Dial dial, ResetReason reason, @Nullable String transportFailure);
  }

  private final PoolScope scope;
  private final Host host;
  private final SocketAddress to;
  private final Introduction introduction;
  private final List<String> fallbackAlpn;
  private final boolean readAtOnce;
  private final ChannelHandler first;
  private final Owner owner;
  private @Nullable Channel channel;
  private long connectedNanos;
  private long handshakeNanos;
  private boolean securing;
  private boolean over;

  /**
   * An attempt to be started.
   *
   * @param first the first handler of its channel
   */
  Dial(
      PoolScope scope,
      Host host,
      SocketAddress to,
      Introduction introduction,
      List<String> fallbackAlpn,
      boolean readAtOnce,
      ChannelHandler first,
      Owner owner) {
    this.scope = scope;
    this.host = host;
    this.to = to;
    this.introduction = introduction;
    this.fallbackAlpn = fallbackAlpn;
    this.readAtOnce = readAtOnce;
    this.first = first;
    this.owner = owner;
  }

  /** The owner may hear the result before this returns. */
  void start() {
    Bootstrap bootstrap;
    try {
      bootstrap = Sockets.bootstrap(scope, to, introduction.source);
    } catch (IllegalArgumentException e) {
      fail(ResetReason.LOCAL_CONNECTION_FAILURE, e.getMessage());
      return;
    }
    ChannelFuture connecting =
        bootstrap.option(ChannelOption.AUTO_READ, readAtOnce).handler(first).connect();
    channel = connecting.channel();
    TcpStats counted = scope.sockets().tcpStats(host.metadata());
    if (counted != null) {
      counted.watch(channel, scope.worker());
    }
    if (connecting.isDone()) {
      onConnect(connecting);
    } else {
      connecting.addListener(done -> onConnect(connecting));
    }
  }

  private void onConnect(ChannelFuture connecting) {
    Throwable cause = connecting.cause();
    if (cause != null) {
      if (ConnectFailure.isBindError(cause)) {
        scope.stats().bindErrors.inc(scope.cell());
        fail(ResetReason.LOCAL_CONNECTION_FAILURE, ConnectFailure.sentence(cause));
      } else {
        fail(ResetReason.REMOTE_CONNECTION_FAILURE, ConnectFailure.sentence(cause));
      }
      return;
    }
    if (over) { // timed out, or given up, in this very turn
      connecting.channel().close();
      return;
    }
    connectedNanos = scope.worker().nanos();
    introduce(connecting.channel());
    TransportSocket secure = scope.sockets().of(host);
    if (secure == null) {
      over = true;
      owner.onUp(this, null);
      return;
    }
    securing = true;
    if (!readAtOnce) {
      connecting.channel().config().setAutoRead(true); // the handshake has to read
    }
    String name = introduction.serverName;
    if (name == null && secure.namesTheHost() && !host.hostname().isEmpty()) {
      name = host.hostname();
    }
    secure.secure(scope.worker(), connecting.channel(), name, fallbackAlpn, this);
  }

  /** What comes first is said first: PROXY headers may be for an HTTP proxy, or go through it. */
  private void introduce(Channel connected) {
    boolean asks =
        host.endpoint().httpProxy() != null && scope.sockets().asksHttpProxy(host.metadata());
    byte[] preface = introduction.preface;
    if (preface != null && asks) {
      UpstreamTransport.ProxyProtocol header = scope.sockets().proxyProtocol(host);
      if (header != null && header.inner().asksHttpProxy()) {
        connected.write(Unpooled.wrappedBuffer(preface));
        preface = null;
      }
    }
    if (asks) {
      byte[] request = HttpProxy.request(host);
      scope.stats().upstreamCxTxBytesTotal.add(scope.cell(), request.length);
      ProxyConnect.ask(connected, first, request);
    }
    if (preface != null) {
      connected.writeAndFlush(Unpooled.wrappedBuffer(preface));
    }
  }

  @Override
  public void onSecure(TlsInfo info) {
    if (over) {
      return;
    }
    over = true;
    handshakeNanos = scope.worker().nanos();
    if (!readAtOnce && channel != null) {
      channel.config().setAutoRead(false);
    }
    owner.onUp(this, info);
  }

  @Override
  public void onInsecure(String failure) {
    fail(ResetReason.REMOTE_CONNECTION_FAILURE, failure.isEmpty() ? null : failure);
  }

  /** The peer has closed it, whatever else it may have to tell. */
  void lost() {
    fail(ResetReason.REMOTE_CONNECTION_FAILURE, null);
  }

  private void fail(ResetReason reason, @Nullable String transportFailure) {
    if (!over) {
      over = true;
      owner.onFailed(this, reason, transportFailure);
    }
  }

  /** Closes the channel, if there is one; the owner hears nothing more. */
  void close() {
    over = true;
    if (channel != null) {
      channel.close();
    }
  }

  /** Null before it is started, and where no socket could be made. */
  @Nullable Channel channel() {
    return channel;
  }

  /** Whether a handshake began: it tells why it fails. */
  boolean isSecuring() {
    return securing;
  }

  /** When TCP was up; 0 before. */
  long connectedNanos() {
    return connectedNanos;
  }

  /** When TLS was up; 0 before, and without TLS. */
  long handshakeNanos() {
    return handshakeNanos;
  }
}
