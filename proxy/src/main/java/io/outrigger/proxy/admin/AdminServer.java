package io.outrigger.proxy.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Listens on the admin address. Its connections live on the configuration loop. */
public final class AdminServer implements AutoCloseable {
  private final Worker main;
  private final Transport transport;
  private final AdminPages pages;
  private final Clock clock;
  private @Nullable Channel channel;

  public AdminServer(Worker main, Transport transport, AdminPages pages, Clock clock) {
    this.main = main;
    this.transport = transport;
    this.pages = pages;
    this.clock = clock;
  }

  /** Begins to listen; waits until it does. Not on the loop itself. */
  public void bind(InetSocketAddress address) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(main.loop(), main.loop())
            .channelFactory(transport.serverSocketChannel())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel child) {
                    child.pipeline().addLast(new AdminConnection(pages, clock));
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "admin address " + address + ": " + bound.cause().getMessage(), bound.cause());
    }
    channel = bound.channel();
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
