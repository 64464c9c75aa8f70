package io.outrigger.proxy.pool;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.ClusterConfig.TcpKeepalive;
import io.outrigger.config.cluster.UpstreamBind;
import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.cluster.OriginalSource;
import io.outrigger.proxy.worker.Transport;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Sockets to upstreams: which kind, with which options, from which address. */
final class Sockets {
  private Sockets() {}

  /** SOL_SOCKET and SO_MARK of asm-generic/socket.h. */
  private static final IntegerUnixChannelOption SO_MARK =
      new IntegerUnixChannelOption("SO_MARK", 1, 36);

  /**
   * A bootstrap that lacks only its handler. Refuses what this machine's transport, or this
   * process, can't do.
   */
  static Bootstrap bootstrap(
      PoolScope scope, SocketAddress remote, @Nullable OriginalSource source) {
    Transport transport = scope.transport();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(scope.worker().loop())
            .disableResolver()
            .remoteAddress(remote)
            // the pool's own time-out covers TCP and TLS together, as connect_timeout does
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
            .option(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new io.netty.channel.WriteBufferWaterMark(
                    scope.config().perConnectionBufferLimitBytes() / 2,
                    Math.max(1, scope.config().perConnectionBufferLimitBytes())));
    if (remote instanceof DomainSocketAddress) {
      var channel = transport.domainSocketChannel();
      if (channel == null) {
        throw new IllegalArgumentException("this machine's transport has no unix domain sockets");
      }
      return bootstrap.channelFactory(channel);
    }
    bootstrap.option(ChannelOption.TCP_NODELAY, true);
    keepalive(bootstrap, transport, scope.config().tcpKeepalive());
    if (source != null) {
      return from(source, remote, bootstrap, transport);
    }
    bootstrap.channelFactory(transport.socketChannel());
    bind(bootstrap, transport, scope.bind(), remote);
    return bootstrap;
  }

  /**
   * The options are set here: where the bootstrap sets them, a failure is only logged, and a
   * connection without its mark may come back to this proxy.
   *
   * <p>The kernel chooses the port at once, unlike for other connections: it then takes odd ones
   * first, and connections to others have even ones. The client has a connection to this proxy from
   * the same address to the same one; had both the same port of their own, too, the kernel would
   * take this one for the client's, and reset it.
   */
  private static Bootstrap from(
      OriginalSource source, SocketAddress remote, Bootstrap bootstrap, Transport transport) {
    if (transport != Transport.EPOLL) {
      throw new IllegalArgumentException("original_src needs Linux");
    }
    if (remote instanceof InetSocketAddress to && isV4(to.getAddress()) != isV4(source.address())) {
      throw new IllegalArgumentException(); // Envoy's failure has no reason, either
    }
    EpollSocketChannel channel = new EpollSocketChannel();
    try {
      channel.config().setIpTransparent(true);
      if (source.mark() != 0) {
        channel.config().setOption(SO_MARK, source.mark());
      }
    } catch (ChannelException e) {
      channel.unsafe().closeForcibly();
      throw new IllegalArgumentException("original_src needs CAP_NET_ADMIN: " + e.getMessage(), e);
    }
    return bootstrap
        .channelFactory(() -> channel)
        .localAddress(new InetSocketAddress(source.address(), 0));
  }

  private static void keepalive(
      Bootstrap bootstrap, Transport transport, @Nullable TcpKeepalive keepalive) {
    if (keepalive == null) {
      return;
    }
    bootstrap.option(ChannelOption.SO_KEEPALIVE, true);
    if (transport != Transport.EPOLL) {
      return;
    }
    if (keepalive.probes() > 0) {
      bootstrap.option(EpollChannelOption.TCP_KEEPCNT, keepalive.probes());
    }
    if (keepalive.timeSeconds() > 0) {
      bootstrap.option(EpollChannelOption.TCP_KEEPIDLE, keepalive.timeSeconds());
    }
    if (keepalive.intervalSeconds() > 0) {
      bootstrap.option(EpollChannelOption.TCP_KEEPINTVL, keepalive.intervalSeconds());
    }
  }

  private static void bind(
      Bootstrap bootstrap, Transport transport, @Nullable UpstreamBind bind, SocketAddress remote) {
    if (bind == null || !(remote instanceof InetSocketAddress to)) {
      return;
    }
    Address.Ip source = source(bind, to.getAddress());
    if (source == null) {
      return;
    }
    bootstrap.localAddress(new InetSocketAddress(source.address(), source.port()));
    if (transport == Transport.EPOLL) {
      // else each of 28,000 ports could serve one connection, whatever its destination
      bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, source.port() == 0);
      if (bind.freebind()) {
        bootstrap.option(EpollChannelOption.IP_FREEBIND, true);
      }
    }
  }

  /** The source of the same IP version, else the configured one, whose bind then fails. */
  private static Address.@Nullable Ip source(UpstreamBind bind, InetAddress to) {
    Address.Ip source = bind.source();
    if (source == null || isV4(source.address()) == isV4(to)) {
      return source;
    }
    for (Address.Ip extra : bind.extraSources()) {
      if (isV4(extra.address()) == isV4(to)) {
        return extra;
      }
    }
    return source;
  }

  private static boolean isV4(InetAddress address) {
    return address instanceof Inet4Address;
  }

  /** {@code 10.0.0.1:80}, {@code [::1]:80}, or a path. */
  static String text(@Nullable SocketAddress address) {
    if (address instanceof InetSocketAddress ip && ip.getAddress() != null) {
      return SocketAddresses.text(ip);
    }
    return address instanceof DomainSocketAddress unix ? unix.path() : "";
  }
}
