package io.outrigger.proxy.pool;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.ClusterConfig.TcpKeepalive;
import io.outrigger.config.cluster.UpstreamBind;
import io.outrigger.proxy.worker.Transport;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Sockets to upstreams: which kind, with which options, from which address. */
final class Sockets {
  private Sockets() {}

  /** A bootstrap that lacks only its handler. Refuses what this machine's transport can't do. */
  static Bootstrap bootstrap(PoolScope scope, SocketAddress remote) {
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
    bootstrap.channelFactory(transport.socketChannel()).option(ChannelOption.TCP_NODELAY, true);
    keepalive(bootstrap, transport, scope.config().tcpKeepalive());
    bind(bootstrap, transport, scope.config().bind(), remote);
    return bootstrap;
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
      String host = ip.getAddress().getHostAddress();
      return host.indexOf(':') >= 0 ? "[" + host + "]:" + ip.getPort() : host + ":" + ip.getPort();
    }
    return address instanceof DomainSocketAddress unix ? unix.path() : "";
  }
}
