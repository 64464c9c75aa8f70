package io.outrigger.proxy.cluster;

import static io.outrigger.proxy.cluster.ClusterFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.outrigger.proxy.stream.ResetReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections of their own for TCP sessions. */
class TcpPoolTest {
  private ClusterFixture fixture;
  private FakeUpstream upstream;

  @BeforeEach
  void open() throws IOException {
    fixture = new ClusterFixture();
    upstream = new FakeUpstream();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
    upstream.close();
  }

  private static final class Session implements TcpWaiter {
    final CompletableFuture<Channel> channel = new CompletableFuture<>();
    final CompletableFuture<String> failure = new CompletableFuture<>();
    volatile @Nullable Pending pending;

    @Override
    public void onConnection(Channel connected, UpstreamInfo info) {
      assertThat(connected.config().isAutoRead()).isFalse();
      channel.complete(connected);
    }

    @Override
    public void onFailure(ResetReason reason, @Nullable String transportFailure) {
      failure.complete(reason.text() + "|" + transportFailure);
    }

    Channel await() throws Exception {
      return channel.get(10, TimeUnit.SECONDS);
    }
  }

  private Session connect() {
    Session session = new Session();
    fixture
        .worker()
        .loop()
        .execute(
            () -> {
              WorkerCluster cluster = fixture.registry.on(fixture.worker()).get("c");
              LbContext context = new LbContext() {};
              session.pending = cluster.newTcpConnection(cluster.pick(context), context, session);
            });
    return session;
  }

  @Test
  void eachSessionHasItsConnection() throws Exception {
    fixture.put(ClusterConfigs.named("c").endpoints(ClusterConfigs.ports(upstream.port())).build());
    Channel one = connect().await();
    Channel two = connect().await();
    assertThat(one).isNotSameAs(two);
    until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 2);
    one.close();
    two.close();
    until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 0);
    until(() -> fixture.gauge("cluster.c.upstream_rq_pending_active") == 0);
    until(() -> fixture.counter("cluster.c.upstream_cx_destroy_local") == 2);
  }

  @Test
  void theBreakerMakesSessionsWait() throws Exception {
    fixture.put(
        ClusterConfigs.named("c")
            .endpoints(ClusterConfigs.ports(upstream.port()))
            .limits(1, 1, 1)
            .build());
    Channel one = connect().await();
    Session second = connect();
    until(() -> second.pending != null);
    Session third = connect();
    assertThat(third.failure.get(10, TimeUnit.SECONDS)).isEqualTo("overflow|null");
    assertThat(second.channel).isNotDone();
    one.close();
    second.await().close();
    until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 0);
  }

  @Test
  void aSessionThatGivesUpLeavesNothing() throws Exception {
    fixture.put(
        ClusterConfigs.named("c")
            .endpoints(ClusterConfigs.ports(upstream.port()))
            .limits(1, 5, 5)
            .build());
    Channel one = connect().await();
    Session second = connect();
    until(() -> second.pending != null);
    fixture.worker().loop().submit(() -> second.pending.cancel()).get(5, TimeUnit.SECONDS);
    until(() -> fixture.counter("cluster.c.upstream_rq_cancelled") == 1);
    one.close();
    until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 0);
    assertThat(second.channel).isNotDone();
    assertThat(second.failure).isNotDone();
    until(() -> upstream.accepted.get() == 1);
  }

  @Test
  void refused() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    fixture.put(ClusterConfigs.named("c").endpoints(ClusterConfigs.ports(port)).build());
    assertThat(connect().failure.get(10, TimeUnit.SECONDS))
        .isEqualTo("remote_connection_failure|delayed connect error: Connection refused");
    until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 0);
    until(() -> fixture.gauge("cluster.c.upstream_rq_pending_active") == 0);
  }
}
