package io.outrigger.proxy.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Listens on the admin address. Its connections live on the configuration loop. */
public final class AdminServer implements AutoCloseable {
  private final Worker main;
  private final Transport transport;
  private final AdminPages pages;
  private final Clock clock;
  private final ChannelGroup open;
  private @Nullable Channel channel;

  public AdminServer(Worker main, Transport transport, AdminPages pages, Clock clock) {
    this.main = main;
    this.transport = transport;
    this.pages = pages;
    this.clock = clock;
    this.open = new DefaultChannelGroup("admin", main.loop());
  }

  /**
   * Begins to listen; waits until it does. Not on the loop itself. With a socket that another
   * process has bound, it accepts from {@link #accept} on.
   */
  public void bind(InetSocketAddress address, List<FileDescriptor> inherited) throws IOException {
    boolean own = inherited.isEmpty();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(main.loop(), main.loop())
            .option(ChannelOption.AUTO_READ, own)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel child) {
                    open.add(child);
                    child.pipeline().addLast(new AdminConnection(pages, clock));
                  }
                });
    ChannelFuture bound =
        own
            ? bootstrap
                .channelFactory(transport.serverSocketChannel())
                .option(ChannelOption.SO_REUSEADDR, true)
                .bind(address)
            : bootstrap
                .channelFactory(() -> new EpollServerSocketChannel(inherited.getFirst().intValue()))
                .register();
    bound.awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "admin address " + address + ": " + bound.cause().getMessage(), bound.cause());
    }
    channel = bound.channel();
  }

  /** Accepts on a socket that was another process's until now. */
  public void accept() {
    if (channel != null) {
      channel.config().setAutoRead(true);
    }
  }

  /** The socket, for another process to go on with. */
  public List<FileDescriptor> descriptors() {
    return channel instanceof UnixChannel unix ? List.of(unix.fd()) : List.of();
  }

  /** Accepts nothing more, and ends what is open: clients come again, and find the new process. */
  public void letGo() {
    if (channel != null) {
      var _ = channel.close();
    }
    var _ = open.close();
  }

  /** Where it listens, with the port that the kernel chose for port 0; null before. */
  public @Nullable InetSocketAddress address() {
    return channel == null ? null : (InetSocketAddress) channel.localAddress();
  }

  @Override
  public void close() {
    if (channel != null) {
      channel.close().awaitUninterruptibly();
    }
  }
}
