package io.outrigger.proxy.worker;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueDatagramChannel;
import io.netty.channel.kqueue.KQueueDomainSocketChannel;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerDomainSocketChannel;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketChannel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How this machine's kernel is asked for I/O: epoll, kqueue, or the JDK's selectors. */
public enum Transport {
  EPOLL,
  KQUEUE,
  NIO;

  private static final String SELECTORS = "sun.nio.ch.EPollSelectorProvider";

  static {
    nameSelectors();
  }

  /** The best that this machine has: its native library must load. */
  public static Transport best() {
    if (Epoll.isAvailable()) {
      return EPOLL;
    }
    return KQueue.isAvailable() ? KQUEUE : NIO;
  }

  /**
   * Netty's epoll opens one of the JDK's selectors as it loads, and who makes these is looked for
   * in every jar unless it is named: 30 ms of a start.
   */
  private static void nameSelectors() {
    try {
      Class.forName(SELECTORS, false, null);
    } catch (ClassNotFoundException e) {
      return; // another system, or another JDK: it is looked for
    }
    System.setProperty("java.nio.channels.spi.SelectorProvider", SELECTORS);
  }

  /** Whether several sockets may listen on one address, with the kernel spreading connections. */
  public boolean reusesPorts() {
    return this == EPOLL;
  }

  /** Whether unix domain sockets can be used. */
  public boolean hasDomainSockets() {
    return this != NIO;
  }

  /** Makes sockets; a factory, for making them by reflection costs a start tens of milliseconds. */
  public ChannelFactory<SocketChannel> socketChannel() {
    return switch (this) {
      case EPOLL -> EpollSocketChannel::new;
      case KQUEUE -> KQueueSocketChannel::new;
      case NIO -> NioSocketChannel::new;
    };
  }

  public ChannelFactory<ServerSocketChannel> serverSocketChannel() {
    return switch (this) {
      case EPOLL -> EpollServerSocketChannel::new;
      case KQUEUE -> KQueueServerSocketChannel::new;
      case NIO -> NioServerSocketChannel::new;
    };
  }

  public ChannelFactory<DatagramChannel> datagramChannel() {
    return switch (this) {
      case EPOLL -> EpollDatagramChannel::new;
      case KQUEUE -> KQueueDatagramChannel::new;
      case NIO -> NioDatagramChannel::new;
    };
  }

  /** The client side of a unix domain socket; null where there is none. */
  public @Nullable ChannelFactory<DomainSocketChannel> domainSocketChannel() {
    return switch (this) {
      case EPOLL -> EpollDomainSocketChannel::new;
      case KQUEUE -> KQueueDomainSocketChannel::new;
      case NIO -> null;
    };
  }

  /** The listening side of a unix domain socket; null where there is none. */
  public @Nullable ChannelFactory<ServerChannel> serverDomainSocketChannel() {
    return switch (this) {
      case EPOLL -> EpollServerDomainSocketChannel::new;
      case KQUEUE -> KQueueServerDomainSocketChannel::new;
      case NIO -> null;
    };
  }

  /** {@code moderations}: one for each handler, where turns can wait for events to gather. */
  IoHandlerFactory ioHandlers(Supplier<WakeupModeration> moderations) {
    return switch (this) {
      case EPOLL -> EpollHandler.newFactory(moderations);
      case KQUEUE -> KQueueIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }
}
