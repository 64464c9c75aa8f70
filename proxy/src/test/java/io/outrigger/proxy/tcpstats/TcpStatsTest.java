package io.outrigger.proxy.tcpstats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.outrigger.config.tcp.TcpStatsConfig;
import io.outrigger.proxy.stats.Histogram;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.proxy.worker.Workers;
import io.outrigger.testkit.Await;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpStatsTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private final StatStore store = new StatStore(1);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tellsOfAConnectionAtItsEnd(boolean peerEndsIt) throws Exception {
    assumeTrue(Transport.best() == Transport.EPOLL, "a matter of epoll");
    try (Workers workers = new Workers(Transport.EPOLL, 1);
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Channel channel = connect(workers.traffic().getFirst(), server, 0);
      try (Socket peer = server.accept()) {
        exchange(channel, peer);
        assertThat(counter("cx_tx_segments")).isZero();
        if (!peerEndsIt) {
          channel.close().sync();
        }
      }
      Await.until("counted", SOON, () -> counter("cx_tx_segments") > 0);
      Await.until("all counted", SOON, () -> histogram("cx_rtt_variance_us").used());
      assertOne(peerEndsIt ? 301 : 300); // the kernel counts the end that it received
      assertThat(histogram("cx_rtt_us").cumulative().count()).isEqualTo(1);
      assertThat(histogram("cx_rtt_us").cumulative().sum()).isBetween(1.0, 10_000_000.0);
    }
  }

  @Test
  void tellsOfOpenOnesEachPeriod() throws Exception {
    assumeTrue(Transport.best() == Transport.EPOLL, "a matter of epoll");
    try (Workers workers = new Workers(Transport.EPOLL, 1);
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Channel channel = connect(workers.traffic().getFirst(), server, 5);
      try (Socket peer = server.accept()) {
        exchange(channel, peer);
        Await.until("received", SOON, () -> counter("cx_rx_bytes_received") == 300);
        Await.until("again", SOON, () -> histogram("cx_rtt_us").cumulative().count() > 2);
        assertThat(channel.isOpen()).isTrue();
        assertOne(300);
        channel.close().sync();
      }
      assertOne(300);
    }
  }

  /** What one connection sent and received; each counted once. */
  private void assertOne(long received) {
    assertThat(counter("cx_tx_bytes_sent")).isEqualTo(1000);
    assertThat(counter("cx_rx_bytes_received")).isEqualTo(received);
    assertThat(counter("cx_tx_data_segments")).isEqualTo(1);
    assertThat(counter("cx_rx_data_segments")).isEqualTo(1);
    assertThat(counter("cx_tx_segments")).isBetween(2L, 10L);
    assertThat(counter("cx_rx_segments")).isBetween(2L, 10L);
    assertThat(counter("cx_tx_retransmitted_segments")).isZero();
    assertThat(store.gauge("cluster.c.tcp_stats.cx_tx_unsent_bytes").value()).isZero();
    assertThat(store.gauge("cluster.c.tcp_stats.cx_tx_unacked_segments").value()).isZero();
    assertThat(histogram("cx_tx_percent_retransmitted_segments").cumulative().count()).isEqualTo(1);
    assertThat(histogram("cx_tx_percent_retransmitted_segments").cumulative().sum()).isZero();
  }

  private static void exchange(Channel channel, Socket peer) throws Exception {
    channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[1000])).sync();
    assertThat(peer.getInputStream().readNBytes(1000)).hasSize(1000);
    peer.getOutputStream().write(new byte[300]);
    Await.until("received", SOON, () -> bytesReceived(channel) == 300);
  }

  private static long bytesReceived(Channel channel) {
    TcpInfo info = TcpInfo.of(channel);
    return info == null ? 0 : info.bytesReceived();
  }

  private Channel connect(Worker worker, ServerSocket server, long periodMillis) throws Exception {
    TcpStats stats = new TcpStats(new TcpStatsConfig(periodMillis), store, "cluster.c");
    return new Bootstrap()
        .group(worker.loop())
        .channelFactory(EpollSocketChannel::new)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel of) {
                stats.watch(of, worker);
              }
            })
        .connect(server.getLocalSocketAddress())
        .sync()
        .channel();
  }

  private long counter(String name) {
    return store.counter("cluster.c.tcp_stats." + name).value();
  }

  private Histogram histogram(String name) {
    return store.histogram("cluster.c.tcp_stats." + name, Histogram.Unit.UNSPECIFIED);
  }
}
