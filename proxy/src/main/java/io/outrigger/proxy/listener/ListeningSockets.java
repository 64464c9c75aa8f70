package io.outrigger.proxy.listener;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.NetUtil;
import io.outrigger.config.address.Address;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.restart.HotRestart;
import io.outrigger.proxy.restart.InheritedSockets;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Workers;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sockets that listen on one address: one a worker where the kernel spreads connections among
 * them, else one whose connections go around the workers.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class ListeningSockets {
  /** IPPROTO_IPV6 and IPV6_V6ONLY of linux/in6.h. */
  private static final IntegerUnixChannelOption IPV6_V6ONLY =
      new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

  private final String key;
  private final SocketAddress address;
  private final List<Channel> channels;

  private ListeningSockets(String key, SocketAddress address, List<Channel> channels) {
    this.key = key;
    this.address = address;
    this.channels = channels;
  }

  /** The address with the port that the kernel gave, where 0 was asked for. */
  SocketAddress address() {
    return address;
  }

  /** The address as it is configured. */
  String key() {
    return key;
  }

  /** The sockets, if this is how their address is configured. */
  List<FileDescriptor> descriptors(String configured) {
    var found = new ArrayList<FileDescriptor>();
    for (Channel channel : key.equals(configured) ? channels : List.<Channel>of()) {
      if (channel instanceof UnixChannel unix && channel.isOpen()) {
        found.add(unix.fd());
      }
    }
    return found;
  }

  /**
   * Binds and listens, or goes on with the sockets that another process has bound. Not to be called
   * on a worker: it waits for them.
   */
  static ListeningSockets open(
      Workers workers,
      List<WorkerListener> parts,
      Address configured,
      ListenerConfig config,
      @Nullable InheritedSockets inherited)
      throws BindException {
    SocketAddress wanted = SocketAddresses.of(configured);
    if (wanted == null) {
      throw new BindException("cannot bind '" + configured + "': it isn't a socket's address");
    }
    boolean domain = wanted instanceof DomainSocketAddress;
    List<FileDescriptor> old = inherited(inherited, configured.toString());
    if (configured instanceof Address.Pipe pipe && old.isEmpty()) {
      removeStale(pipe);
    }
    // those of a process with more workers are all served: connections wait in each
    boolean each =
        !domain
            && workers.transport().reusesPorts()
            && config.reusePort()
            && (old.isEmpty() || reusesPort(old.getFirst()));
    var channels = new ArrayList<Channel>();
    SocketAddress bound = wanted;
    for (int i = 0; i < Math.max(old.size(), each ? parts.size() : 1); i++) {
      WorkerListener part = parts.get(i % parts.size());
      FileDescriptor fd = i < old.size() ? old.get(i) : null;
      ServerBootstrap bootstrap =
          bootstrap(workers, part, each ? List.of(part) : parts, domain, config, fd);
      if (fd == null && workers.transport() == Transport.EPOLL && isIpv6Alone(configured)) {
        bootstrap.option(IPV6_V6ONLY, 1);
      }
      if (each && fd == null) {
        bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
      }
      ChannelFuture future =
          (fd == null ? bootstrap.bind(bound) : bootstrap.register()).awaitUninterruptibly();
      if (!future.isSuccess()) {
        channels.forEach(channel -> channel.close().awaitUninterruptibly());
        throw new BindException(
            "cannot bind '" + SocketAddresses.text(wanted) + "': " + reason(future.cause()),
            future.cause());
      }
      if (fd != null) {
        future.channel().config().setAutoRead(true); // it has its acceptor by now
      }
      channels.add(future.channel());
      if (config.transparent() && !domain && !isTransparent(future.channel())) {
        channels.forEach(channel -> channel.close().awaitUninterruptibly());
        throw new BindException(
            "cannot bind '"
                + SocketAddresses.text(wanted)
                + "': transparent needs Linux and CAP_NET_ADMIN");
      }
      bound = future.channel().localAddress();
    }
    if (configured instanceof Address.Pipe pipe) {
      setMode(pipe);
      bound = wanted;
    }
    return new ListeningSockets(configured.toString(), bound, channels);
  }

  /** The kernel would give it connections of IPv4 as well, even those of another listener. */
  private static boolean isIpv6Alone(Address configured) {
    return configured instanceof Address.Ip ip
        && ip.address() instanceof Inet6Address
        && ip.address().isAnyLocalAddress()
        && !ip.ipv4Compat();
  }

  private static List<FileDescriptor> inherited(@Nullable InheritedSockets from, String key)
      throws BindException {
    try {
      return from == null ? List.of() : from.take(key);
    } catch (IOException e) {
      throw new BindException("cannot take over '" + key + "': " + e.getMessage(), e);
    }
  }

  /** Netty only logs that an option couldn't be set; without this one nobody would be heard. */
  private static boolean isTransparent(Channel channel) {
    return channel instanceof EpollServerSocketChannel server && server.config().isIpTransparent();
  }

  private static boolean reusesPort(FileDescriptor fd) {
    try {
      return new Socket(fd.intValue()).isReusePort();
    } catch (IOException e) {
      return false;
    }
  }

  private static ServerChannel adopt(boolean domain, FileDescriptor fd) {
    return domain
        ? new EpollServerDomainSocketChannel(fd.intValue())
        : new EpollServerSocketChannel(fd.intValue());
  }

  private static ServerBootstrap bootstrap(
      Workers workers,
      WorkerListener acceptor,
      List<WorkerListener> takers,
      boolean domain,
      ListenerConfig config,
      @Nullable FileDescriptor fd)
      throws BindException {
    Transport transport = workers.transport();
    ChannelFactory<? extends ServerChannel> kind =
        fd != null
            ? () -> adopt(domain, fd)
            : domain ? transport.serverDomainSocketChannel() : transport.serverSocketChannel();
    if (kind == null) {
      throw new BindException("cannot bind: unix domain sockets need epoll or kqueue");
    }
    int limit = config.perConnectionBufferLimitBytes();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(acceptor.worker().loop(), takers(takers, workers))
            .channelFactory(kind)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(Math.max(1, limit / 2), Math.max(1, limit)))
            .childHandler(new Accept(takers));
    if (!domain) {
      bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
    }
    if (fd != null) {
      return bootstrap.option(ChannelOption.AUTO_READ, false); // its options are set already
    }
    if (!domain) {
      bootstrap
          .option(ChannelOption.SO_REUSEADDR, true)
          .option(
              ChannelOption.SO_BACKLOG,
              config.tcpBacklogSize() > 0 ? config.tcpBacklogSize() : NetUtil.SOMAXCONN);
    }
    if (transport == Transport.EPOLL && !domain) {
      nativeOptions(bootstrap, config);
    }
    return bootstrap;
  }

  private static void nativeOptions(ServerBootstrap bootstrap, ListenerConfig config) {
    if (config.freebind()) {
      bootstrap.option(EpollChannelOption.IP_FREEBIND, true);
    }
    if (config.transparent()) {
      bootstrap.option(EpollChannelOption.IP_TRANSPARENT, true);
    }
    for (ListenerConfig.SocketOption option : config.socketOptions()) {
      String name = "socket option " + option.level() + "/" + option.name();
      int level = (int) option.level();
      int number = (int) option.name();
      if (option.bytes().isEmpty()) {
        bootstrap.option(new IntegerUnixChannelOption(name, level, number), (int) option.value());
      } else {
        bootstrap.option(
            new RawUnixChannelOption(name, level, number, option.bytes().size()),
            option.bytes().asReadOnlyByteBuffer());
      }
    }
  }

  /** The loops that accepted connections go to. */
  private static EventLoopGroup takers(List<WorkerListener> takers, Workers workers) {
    return takers.size() == 1 ? takers.getFirst().worker().loop() : workers.trafficGroup();
  }

  /** Gives an accepted connection to the part of the worker that it was registered with. */
  private static final class Accept extends ChannelInitializer<Channel> {
    private final List<WorkerListener> takers;

    Accept(List<WorkerListener> takers) {
      this.takers = takers;
    }

    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // loops have identity
    protected void initChannel(Channel channel) {
      EventLoop loop = channel.eventLoop();
      for (int i = 0; i < takers.size(); i++) {
        if (takers.get(i).worker().loop() == loop) {
          takers.get(i).accepted(channel);
          return;
        }
      }
      throw new IllegalStateException("a connection on a loop that is no worker's");
    }
  }

  /**
   * Stops listening. Connections whose handshake the kernel has finished are accepted first:
   * closing a listening socket resets those that still wait in its queue.
   */
  void close() {
    for (Channel channel : channels) {
      channel.eventLoop().execute(() -> closeNow(channel));
    }
    if (address instanceof DomainSocketAddress domain && !domain.path().startsWith("\0")) {
      deleteQuietly(Path.of(domain.path()));
    }
  }

  /** Leaves connections in the kernel's queue, or takes them again. */
  void pause(boolean paused) {
    // on its loop: from elsewhere Netty leaves the read that is pending, which accepts one more
    for (Channel channel : channels) {
      channel.eventLoop().execute(() -> channel.config().setAutoRead(!paused));
    }
  }

  /** Stops accepting on sockets that another process has too. */
  void letGo() {
    for (Channel channel : channels) {
      channel.eventLoop().execute(() -> HotRestart.letGo(channel));
    }
  }

  private static void closeNow(Channel channel) {
    if (channel instanceof EpollServerSocketChannel server && server.isOpen()) {
      acceptWaiting(server);
    }
    channel.close();
  }

  private static void acceptWaiting(EpollServerSocketChannel server) {
    byte[] address = new byte[32];
    if (!(server.fd() instanceof Socket socket)) {
      return;
    }
    try {
      boolean any = false;
      for (int fd = socket.accept(address); fd >= 0; fd = socket.accept(address)) {
        server.pipeline().fireChannelRead(new EpollSocketChannel(fd));
        any = true;
      }
      if (any) {
        server.pipeline().fireChannelReadComplete();
      }
    } catch (IOException e) {
      Log.CONN_HANDLER.debug("accepting what waited at the end failed: " + e.getMessage());
    }
  }

  /** A socket's file from a process that is gone keeps its name; binding would fail. */
  private static void removeStale(Address.Pipe pipe) {
    if (!pipe.path().startsWith("@")) {
      deleteQuietly(Path.of(pipe.path()));
    }
  }

  private static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      Log.CONN_HANDLER.debug("can't remove " + path + ": " + e.getMessage());
    }
  }

  private static void setMode(Address.Pipe pipe) throws BindException {
    if (pipe.mode() == 0 || pipe.path().startsWith("@")) {
      return;
    }
    var permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values(); // owner's rwx, group's, others'
    for (int i = 0; i < all.length; i++) {
      if ((pipe.mode() & 0400 >> i) != 0) {
        permissions.add(all[i]);
      }
    }
    try {
      Files.setPosixFilePermissions(Path.of(pipe.path()), permissions);
    } catch (IOException e) {
      throw new BindException("cannot set mode of '" + pipe.path() + "': " + e.getMessage(), e);
    }
  }

  /** The kernel's words, without what Netty puts before them. */
  private static String reason(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    int failed = message.indexOf("failed with error(-");
    int colon = failed < 0 ? -1 : message.indexOf("): ", failed);
    return colon < 0 ? message : message.substring(colon + 3);
  }
}
