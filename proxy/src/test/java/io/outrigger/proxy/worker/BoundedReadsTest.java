package io.outrigger.proxy.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.outrigger.testkit.Await;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a paused connection takes in when its peer has sent all and closed. */
class BoundedReadsTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int CLOSE_WAIT = 8; // of struct tcp_info's tcpi_state
  private static final int SIZE = 150_000;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPausedConnectionLeavesTheRestInTheKernel(boolean ownSideClosed) throws Exception {
    assumeTrue(Transport.best() == Transport.EPOLL, "a matter of epoll");
    Counting counting = new Counting();
    try (Workers workers = new Workers(Transport.EPOLL, 1);
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var loop = workers.traffic().getFirst().loop();
      EpollSocketChannel channel =
          (EpollSocketChannel)
              new Bootstrap()
                  .group(loop)
                  .channelFactory(EpollSocketChannel::new)
                  .option(io.netty.channel.ChannelOption.SO_RCVBUF, 2 * SIZE)
                  .option(io.netty.channel.ChannelOption.ALLOW_HALF_CLOSURE, true)
                  .handler(
                      new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel of) {
                          BoundedReads.of(of);
                          of.pipeline().addLast(counting);
                        }
                      })
                  .connect(server.getLocalSocketAddress())
                  .sync()
                  .channel();
      try (Socket peer = server.accept()) {
        peer.getOutputStream().write(new byte[SIZE]);
      }
      Await.until("the end", SOON, () -> channel.tcpInfo().state() == CLOSE_WAIT);
      Await.until("the beginning", SOON, () -> counting.bytes.get() > 0);
      loop.submit(() -> {}).sync(); // what epoll reports now ...
      loop.submit(() -> {}).sync(); // ... has been seen
      assertThat(counting.bytes.get()).isLessThanOrEqualTo(40_000);
      if (ownSideClosed) {
        channel.shutdownOutput().sync(); // or epoll would report it again and again
      } else {
        channel.config().setAutoRead(true);
      }
      Await.until("the rest", SOON, () -> counting.bytes.get() == SIZE);
      assertThat(loop.submit(() -> BytesRead.here().total()).sync().getNow()).isEqualTo(SIZE);
    }
  }

  /** Pauses at the first bytes. */
  private static final class Counting extends ChannelInboundHandlerAdapter {
    final AtomicLong bytes = new AtomicLong();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf in = (ByteBuf) message;
      if (bytes.getAndAdd(in.readableBytes()) == 0) {
        context.channel().config().setAutoRead(false);
      }
      in.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      throw new AssertionError("nothing has failed", cause);
    }
  }
}
