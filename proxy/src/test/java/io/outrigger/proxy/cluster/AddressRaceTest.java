package io.outrigger.proxy.cluster;

import static io.outrigger.proxy.cluster.ClusterFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.cluster.Discovery;
import io.outrigger.config.cluster.DnsResolverConfig;
import io.outrigger.config.cluster.Endpoint;
import io.outrigger.proxy.stream.ResetReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hosts that have several addresses: the first that answers is connected to. */
class AddressRaceTest {
  private ClusterFixture fixture;
  private FakeUpstream upstream;
  private int refused;

  @BeforeEach
  void open() throws IOException {
    fixture = new ClusterFixture();
    upstream = new FakeUpstream();
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      refused = closed.getLocalPort();
    }
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
    upstream.close();
  }

  private static ClusterEndpoints of(Endpoint endpoint) {
    return ClusterConfigs.assignment(List.of(ClusterConfigs.locality(0, 1, List.of(endpoint))));
  }

  private void put(int port, int... more) throws Exception {
    fixture.put(
        ClusterConfigs.named("c")
            .endpoints(of(ClusterConfigs.endpointOf(port, more)))
            .connectTimeoutMillis(1500)
            .build());
  }

  private Host host() {
    return fixture.registry.clusters().iterator().next().hosts().getFirst();
  }

  private void nothingIsLeft() {
    until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 0);
    until(() -> fixture.gauge("cluster.c.upstream_rq_pending_active") == 0);
    assertThat(host().stats().cxActive()).isZero();
  }

  @Test
  void oneThatRefusesIsPassedOverAtOnce() throws Exception {
    put(refused, upstream.port());
    assertThat(fixture.send("c", "/").await()).isEqualTo("200");
    assertThat(fixture.send("c", "/").await()).isEqualTo("200");
    assertThat(upstream.accepted.get()).isEqualTo(1);
    assertThat(fixture.counter("cluster.c.upstream_cx_total")).isEqualTo(2);
    assertThat(fixture.counter("cluster.c.upstream_cx_connect_fail")).isZero();
    assertThat(host().stats().cxTotal()).isEqualTo(2);
    assertThat(host().stats().cxActive()).isEqualTo(1);
    assertThat(host().addressText()).isEqualTo("127.0.0.1:" + refused);
  }

  @Test
  void theFirstThatAnswersIsEnough() throws Exception {
    put(upstream.port(), refused);
    assertThat(fixture.send("c", "/").await()).isEqualTo("200");
    assertThat(fixture.counter("cluster.c.upstream_cx_total")).isEqualTo(1);
  }

  @Test
  void oneThatDoesNotAnswerIsPassedOverAfterAWhile() throws Exception {
    try (BlackHole hole = new BlackHole()) {
      put(hole.port(), upstream.port());
      long before = System.nanoTime();
      assertThat(fixture.send("c", "/").await()).isEqualTo("200");
      assertThat(System.nanoTime() - before).isGreaterThan(250_000_000L);
      assertThat(fixture.counter("cluster.c.upstream_cx_total")).isEqualTo(2);
      assertThat(fixture.gauge("cluster.c.upstream_cx_active")).isEqualTo(1);
      assertThat(fixture.counter("cluster.c.upstream_cx_connect_timeout")).isZero();
    }
  }

  @Test
  void theConnectTimeoutIsOfAllTogether() throws Exception {
    try (BlackHole hole = new BlackHole()) {
      put(hole.port(), hole.port(), hole.port());
      assertThat(fixture.send("c", "/").await()).contains("connection_timeout");
      assertThat(fixture.counter("cluster.c.upstream_cx_connect_timeout")).isEqualTo(1);
      assertThat(fixture.counter("cluster.c.upstream_cx_connect_fail")).isEqualTo(1);
      assertThat(fixture.counter("cluster.c.upstream_cx_total")).isEqualTo(3);
      nothingIsLeft();
    }
  }

  @Test
  void whereNoneAnswersTheLastFailureIsTold() throws Exception {
    put(refused, refused, refused);
    assertThat(fixture.send("c", "/").await()).contains("remote_connection_failure");
    assertThat(fixture.counter("cluster.c.upstream_cx_connect_fail")).isEqualTo(1);
    assertThat(fixture.counter("cluster.c.upstream_cx_destroy_remote")).isEqualTo(1);
    assertThat(fixture.counter("cluster.c.upstream_cx_total")).isEqualTo(3);
    nothingIsLeft();
  }

  @Test
  void aSessionOfTcpIsConnectedTheSameWay() throws Exception {
    put(refused, upstream.port());
    CompletableFuture<UpstreamInfo> found = new CompletableFuture<>();
    CompletableFuture<Channel> channel = new CompletableFuture<>();
    connect(found, channel);
    assertThat(found.get(10, TimeUnit.SECONDS).remoteAddress())
        .isEqualTo("127.0.0.1:" + upstream.port());
    channel.get(10, TimeUnit.SECONDS).close();
    nothingIsLeft();
  }

  private void connect(CompletableFuture<UpstreamInfo> found, CompletableFuture<Channel> channel) {
    TcpWaiter waiter =
        new TcpWaiter() {
          @Override
          public void onConnection(Channel connected, UpstreamInfo info) {
            assertThat(connected.config().isAutoRead()).isFalse();
            channel.complete(connected);
            found.complete(info);
          }

          @Override
          public void onFailure(ResetReason reason, @Nullable String transportFailure) {
            found.completeExceptionally(new AssertionError(reason.text()));
          }
        };
    fixture
        .worker()
        .loop()
        .execute(
            () -> {
              WorkerCluster cluster = fixture.registry.on(fixture.worker()).get("c");
              LbContext context = new LbContext() {};
              cluster.newTcpConnection(cluster.pick(context), context, waiter);
            });
  }

  @Test
  void otherAddressesMakeAnotherHost() throws Exception {
    put(refused, upstream.port());
    assertThat(fixture.send("c", "/").await()).isEqualTo("200");
    Host before = host();
    put(refused, refused);
    assertThat(host()).isNotSameAs(before);
    assertThat(fixture.send("c", "/").await()).contains("remote_connection_failure");
    until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 0);
  }

  @Test
  void aLogicalHostIsAtAllAddressesOfItsName() throws Exception {
    fixture.close();
    fixture =
        new ClusterFixture(
            1,
            (name, answer) -> {
              try {
                answer.onAddresses(
                    List.of(InetAddress.getByName("127.0.0.77"), InetAddress.getLoopbackAddress()),
                    -1);
              } catch (IOException e) {
                answer.onFailure(e.toString());
              }
            });
    fixture.put(
        ClusterConfigs.named("c")
            .discovery(
                new Discovery.LogicalDns(
                    new Discovery.DnsOptions(
                        60_000,
                        0,
                        0,
                        false,
                        Discovery.LookupFamily.ALL,
                        0,
                        DnsResolverConfig.SYSTEM)))
            .endpoints(of(ClusterConfigs.named("two.example", upstream.port())))
            .build());
    until(() -> "200".equals(fixture.send("c", "/").result.join())); // once DNS has answered
    assertThat(host().address()).isEqualTo(new InetSocketAddress("127.0.0.77", upstream.port()));
    assertThat(fixture.counter("cluster.c.upstream_cx_total")).isEqualTo(2);
  }
}
