package io.outrigger.proxy.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Asks the kernel where a connection was going before iptables redirected it. */
final class OriginalDestination {
  /** SOL_IP, SO_ORIGINAL_DST and sizeof(sockaddr_in) of linux/netfilter_ipv4.h. */
  private static final RawUnixChannelOption IPV4 =
      new RawUnixChannelOption("SO_ORIGINAL_DST", 0, 80, 16);

  /** SOL_IPV6, IP6T_SO_ORIGINAL_DST and sizeof(sockaddr_in6). */
  private static final RawUnixChannelOption IPV6 =
      new RawUnixChannelOption("IP6T_SO_ORIGINAL_DST", 41, 80, 28);

  private OriginalDestination() {}

  /** Null where the connection wasn't redirected, or this isn't Linux. */
  static @Nullable InetSocketAddress of(Channel channel) {
    if (!(channel instanceof EpollSocketChannel epoll)) {
      return null;
    }
    boolean six = epoll.localAddress().getAddress() instanceof Inet6Address;
    try {
      ByteBuffer answer = epoll.config().getOption(six ? IPV6 : IPV4);
      return answer == null ? null : parse(answer, six);
    } catch (ChannelException | UnknownHostException notRedirected) {
      return null; // ENOENT: there is no such entry in the kernel's table of connections
    }
  }

  /** sockaddr_in: family, port, address; sockaddr_in6 has the flow information before it. */
  static InetSocketAddress parse(ByteBuffer sockaddr, boolean six) throws UnknownHostException {
    int start = sockaddr.position();
    int port = (sockaddr.get(start + 2) & 0xff) << 8 | sockaddr.get(start + 3) & 0xff;
    byte[] ip = new byte[six ? 16 : 4];
    sockaddr.get(start + (six ? 8 : 4), ip);
    return new InetSocketAddress(InetAddress.getByAddress(ip), port);
  }
}
