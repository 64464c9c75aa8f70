package io.outrigger.proxy.tcpstats;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Some of the fields of Linux's {@code struct tcp_info} (linux/tcp.h), by their names there. The
 * kernel's text says how wide each is; all but the bytes are 32 bits without a sign.
 */
record TcpInfo(
    long unacked,
    long rtt,
    long rttvar,
    long totalRetrans,
    long bytesReceived,
    long segsOut,
    long segsIn,
    long notsentBytes,
    long dataSegsIn,
    long dataSegsOut,
    long bytesSent) {
  static final TcpInfo ZERO = new TcpInfo(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Up to tcpi_bytes_sent; a kernel that has less (before 4.18) leaves zeros. */
  private static final int LENGTH = 208;

  /** IPPROTO_TCP and TCP_INFO. */
  private static final RawUnixChannelOption TCP_INFO =
      new RawUnixChannelOption("TCP_INFO", 6, 11, LENGTH);

  /** What the kernel says now; null: it isn't Linux's TCP, or is closed. */
  static @Nullable TcpInfo of(Channel channel) {
    if (!(channel instanceof EpollSocketChannel socket) || !socket.isOpen()) {
      return null;
    }
    ByteBuffer info;
    try {
      info = socket.config().getOption(TCP_INFO);
    } catch (ChannelException e) {
      return null; // closed under our hands
    }
    info.order(ByteOrder.nativeOrder());
    return new TcpInfo(
        int32(info, 24),
        int32(info, 68),
        int32(info, 72),
        int32(info, 100),
        info.getLong(128),
        int32(info, 136),
        int32(info, 140),
        int32(info, 144),
        int32(info, 152),
        int32(info, 156),
        info.getLong(200));
  }

  private static long int32(ByteBuffer info, int at) {
    return Integer.toUnsignedLong(info.getInt(at));
  }
}
