package io.outrigger.proxy.pool;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.stream.ClientConnection;
import io.outrigger.proxy.tcpstats.TcpStats;
import io.outrigger.proxy.tls.TlsInfo;
import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a host that is the proxy's own, as health checks need it: in no pool, under no
 * breaker, and in no statistics of traffic.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
public final class OwnChannel extends ChannelInboundHandlerAdapter
    implements TransportSocket.Outcome {
  /** Whose it is; called on the worker, and not after {@link #close}. */
  public interface Owner {
    /** Connected, and secure where it is to be. */
    void onConnected(OwnChannel channel);

    /** Closed, or never connected. */
    void onClosed(OwnChannel channel);
  }

  private final PoolScope scope;
  private final Host host;
  private final Metadata transport;
  private final @Nullable TransportSocket socket;
  private final @Nullable String serverName;
  private final List<String> fallbackAlpn;
  private final Owner owner;
  private @Nullable Channel channel;
  private boolean ended;

  /**
   * A connection to be opened.
   *
   * @param transport the metadata that chooses its transport
   * @param socket what secures it, or null
   * @param serverName the SNI instead of the configured one, or null
   * @param fallbackAlpn what TLS offers where the configuration names nothing
   */
  public OwnChannel(
      PoolScope scope,
      Host host,
      Metadata transport,
      @Nullable TransportSocket socket,
      @Nullable String serverName,
      List<String> fallbackAlpn,
      Owner owner) {
    this.scope = scope;
    this.host = host;
    this.transport = transport;
    this.socket = socket;
    this.serverName = serverName;
    this.fallbackAlpn = fallbackAlpn;
    this.owner = owner;
  }

  /** Starts connecting; the owner may hear the result before this returns. */
  public void open() {
    assert scope.worker().inLoop();
    SocketAddress proxy = HttpProxy.of(host);
    Bootstrap bootstrap;
    try {
      bootstrap = Sockets.bootstrap(scope, proxy != null ? proxy : host.healthCheckAddress(), null);
    } catch (IllegalArgumentException notHere) {
      ended();
      return;
    }
    ChannelFuture connecting = bootstrap.handler(this).connect();
    channel = connecting.channel();
    TcpStats counted = scope.sockets().tcpStats(transport);
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
    if (ended) {
      connecting.channel().close();
      return;
    }
    if (!connecting.isSuccess()) {
      ended();
      return;
    }
    if (host.endpoint().httpProxy() != null && scope.sockets().asksHttpProxy(transport)) {
      ProxyConnect.ask(connecting.channel(), this, HttpProxy.request(host));
    }
    if (socket == null) {
      owner.onConnected(this);
    } else {
      socket.secure(scope.worker(), connecting.channel(), serverName, fallbackAlpn, this);
    }
  }

  @Override
  public void onSecure(TlsInfo info) {
    if (!ended) {
      owner.onConnected(this);
    }
  }

  @Override
  public void onInsecure(String failure) {
    ended();
  }

  /** Whether it is secured by TLS. */
  public boolean isSecure() {
    return socket != null;
  }

  /** Puts the cluster's codec at the end of the pipeline. Once, when connected. */
  public ClientConnection http(boolean http2, ClientConnection.Listener listener) {
    return scope.codecs().install(scope.worker(), channel(), http2, isSecure(), listener);
  }

  /** The channel; once it is connected. */
  public Channel channel() {
    return Objects.requireNonNull(channel, "connected");
  }

  /** Closes it at once; the owner hears nothing more. */
  public void close() {
    ended = true;
    if (channel != null) {
      channel.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ended();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close(); // a reset, or what TLS or codec made of the bytes
  }

  private void ended() {
    if (!ended) {
      close();
      owner.onClosed(this);
    }
  }
}
