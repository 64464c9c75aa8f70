package io.outrigger.proxy.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.outrigger.testkit.Await;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class WorkersTest {
  @Test
  void aLoopThatIsToldToEndInTheMiddleOfItsTurnClosesItsChannels() throws Exception {
    Workers workers = new Workers(Transport.best(), 1);
    var loop = workers.traffic().getFirst().loop();
    Channel listening =
        new ServerBootstrap()
            .group(loop)
            .channelFactory(workers.transport().serverSocketChannel())
            .childHandler(new ChannelInboundHandlerAdapter())
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    CountDownLatch inTurn = new CountDownLatch(1);
    loop.execute(
        () -> {
          inTurn.countDown();
          Await.until("the loop to be told", Duration.ofSeconds(5), loop::isShuttingDown);
        });
    inTurn.await();
    workers.close();
    assertThat(listening.isOpen()).isFalse();
  }
}
