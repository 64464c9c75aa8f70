package io.outrigger.proxy.cluster;

import static io.outrigger.proxy.cluster.ClusterFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.UpstreamBind;
import io.outrigger.config.protocol.CommonHttpOptions;
import io.outrigger.config.protocol.CommonHttpOptions.HeadersWithUnderscores;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams on pooled HTTP/1 connections to a real server. */
class HttpPoolTest {
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

  private ClusterConfigs cluster() {
    return ClusterConfigs.named("c").endpoints(ClusterConfigs.ports(upstream.port()));
  }

  private static CommonHttpOptions options(long idle, long maxDuration, int maxRequests) {
    return new CommonHttpOptions(
        idle, maxDuration, 0, 100, 0, maxRequests, HeadersWithUnderscores.ALLOW);
  }

  @Test
  void requestsOneAfterTheOtherShareAConnection() throws Exception {
    fixture.put(cluster().build());
    for (int i = 0; i < 20; i++) {
      assertThat(fixture.send("c", "/").await()).isEqualTo("200");
    }
    until(() -> upstream.accepted.get() == 1);
    until(() -> fixture.counter("cluster.c.upstream_cx_total") == 1);
    until(() -> fixture.counter("cluster.c.upstream_cx_http1_total") == 1);
    until(() -> fixture.counter("cluster.c.upstream_rq_total") == 20);
    until(() -> fixture.counter("cluster.c.upstream_rq_pending_total") == 1);
    until(() -> fixture.gauge("cluster.c.upstream_rq_active") == 0);
    until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 1);
    until(() -> fixture.gauge("cluster.c.upstream_rq_pending_active") == 0);
  }

  @Test
  void requestsAtOnceHaveAConnectionEach() throws Exception {
    fixture.put(cluster().build());
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      clients.add(fixture.send("c", "/hold"));
    }
    until(() -> upstream.requests.get() == 8);
    until(() -> upstream.accepted.get() == 8);
    assertThat(fixture.gauge("cluster.c.upstream_rq_active")).isEqualTo(8);
    Host host = fixture.registry.clusters().iterator().next().hosts().getFirst();
    assertThat(host.stats().rqActive()).isEqualTo(8);
    assertThat(host.stats().cxActive()).isEqualTo(8);
    upstream.release();
    for (TestClient client : clients) {
      assertThat(client.await()).isEqualTo("200");
    }
    until(() -> host.stats().rqActive() == 0);
    assertThat(host.stats().rqTotal()).isEqualTo(8);
  }

  @Test
  void aConnectionThatIsToCloseIsNotUsedAgain() throws Exception {
    fixture.put(cluster().build());
    assertThat(fixture.send("c", "/close").await()).isEqualTo("200");
    assertThat(fixture.send("c", "/").await()).isEqualTo("200");
    until(() -> upstream.accepted.get() == 2);
    until(() -> fixture.counter("cluster.c.upstream_cx_close_notify") == 1);
  }

  @Test
  void aConnectionThatBreaksResetsItsStream() throws Exception {
    fixture.put(cluster().build());
    assertThat(fixture.send("c", "/drop").await()).isEqualTo("reset connection_termination");
    until(() -> fixture.gauge("cluster.c.upstream_rq_active") == 0);
    until(() -> fixture.counter("cluster.c.upstream_cx_destroy_remote_with_active_rq") == 1);
    assertThat(fixture.send("c", "/").await()).isEqualTo("200");
  }

  @Test
  void anIdleConnectionThatThePeerClosedIsForgotten() throws Exception {
    fixture.put(cluster().build());
    assertThat(fixture.send("c", "/").await()).isEqualTo("200");
    upstream.closeConnections();
    until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 0);
    assertThat(fixture.send("c", "/").await()).isEqualTo("200");
    until(() -> fixture.counter("cluster.c.upstream_cx_destroy_remote") == 1);
  }

  @Test
  void refusedConnections() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    fixture.put(ClusterConfigs.named("c").endpoints(ClusterConfigs.ports(port)).build());
    assertThat(fixture.send("c", "/").await())
        .isEqualTo("failed remote_connection_failure|delayed connect error: Connection refused");
    until(() -> fixture.counter("cluster.c.upstream_cx_connect_fail") == 1);
    until(() -> fixture.counter("cluster.c.upstream_rq_pending_failure_eject") == 1);
    until(() -> fixture.counter("cluster.c.upstream_cx_destroy") == 1);
    until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 0);
    until(() -> fixture.gauge("cluster.c.upstream_rq_pending_active") == 0);
    Host host = fixture.registry.clusters().iterator().next().hosts().getFirst();
    until(() -> host.stats().cxConnectFail() == 1);
  }

  @Test
  void aConnectThatTakesTooLong() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // a listener whose queue is full drops further SYNs
      List<java.net.Socket> fillers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        java.nio.channels.SocketChannel filler = java.nio.channels.SocketChannel.open();
        filler.configureBlocking(false);
        filler.connect(full.getLocalSocketAddress());
        fillers.add(filler.socket());
      }
      fixture.put(
          ClusterConfigs.named("c")
              .connectTimeoutMillis(100)
              .endpoints(ClusterConfigs.ports(full.getLocalPort()))
              .build());
      assertThat(fixture.send("c", "/").await()).isEqualTo("failed connection_timeout|null");
      until(() -> fixture.counter("cluster.c.upstream_cx_connect_timeout") == 1);
      until(() -> fixture.counter("cluster.c.upstream_cx_destroy_local") == 1);
      for (java.net.Socket filler : fillers) {
        filler.close();
      }
    }
  }

  @Test
  void maxConnectionsMakesRequestsWait() throws Exception {
    fixture.put(cluster().limits(1, 10, 10).build());
    TestClient first = fixture.send("c", "/hold");
    until(() -> upstream.requests.get() == 1);
    TestClient second = fixture.send("c", "/");
    until(() -> fixture.gauge("cluster.c.upstream_rq_pending_active") == 1);
    until(() -> fixture.gauge("cluster.c.circuit_breakers.default.cx_open") == 1);
    until(() -> fixture.counter("cluster.c.upstream_cx_overflow") == 1);
    upstream.release();
    assertThat(first.await()).isEqualTo("200");
    assertThat(second.await()).isEqualTo("200");
    until(() -> upstream.accepted.get() == 1);
  }

  @Test
  void maxPendingRequestsOverflows() throws Exception {
    fixture.put(cluster().limits(1, 1, 10).build());
    TestClient first = fixture.send("c", "/hold");
    until(() -> upstream.requests.get() == 1);
    TestClient second = fixture.send("c", "/");
    assertThat(fixture.send("c", "/").await()).isEqualTo("failed overflow|null");
    until(() -> fixture.counter("cluster.c.upstream_rq_pending_overflow") == 1);
    second.cancel();
    until(() -> fixture.counter("cluster.c.upstream_rq_cancelled") == 1);
    until(() -> fixture.gauge("cluster.c.upstream_rq_pending_active") == 0);
    upstream.release();
    assertThat(first.await()).isEqualTo("200");
    assertThat(second.result).isNotDone();
  }

  @Test
  void maxRequestsOverflows() throws Exception {
    fixture.put(cluster().limits(10, 10, 1).build());
    TestClient first = fixture.send("c", "/hold");
    until(() -> upstream.requests.get() == 1);
    until(() -> fixture.gauge("cluster.c.circuit_breakers.default.rq_open") == 1);
    assertThat(fixture.send("c", "/").await()).isEqualTo("failed overflow|null");
    until(() -> fixture.counter("cluster.c.upstream_rq_active_overflow") == 1);
    upstream.release();
    assertThat(first.await()).isEqualTo("200");
    until(() -> fixture.gauge("cluster.c.circuit_breakers.default.rq_open") == 0);
    assertThat(fixture.send("c", "/").await()).isEqualTo("200");
  }

  @Test
  void aConnectionEndsAfterItsRequests() throws Exception {
    fixture.put(cluster().http(options(0, 0, 3)).build());
    for (int i = 0; i < 7; i++) {
      assertThat(fixture.send("c", "/").await()).isEqualTo("200");
    }
    until(() -> fixture.counter("cluster.c.upstream_cx_max_requests") == 2);
    until(() -> upstream.accepted.get() == 3);
  }

  @Test
  void anIdleConnectionCloses() throws Exception {
    fixture.put(cluster().http(options(50, 0, 0)).build());
    assertThat(fixture.send("c", "/").await()).isEqualTo("200");
    until(() -> fixture.counter("cluster.c.upstream_cx_idle_timeout") == 1);
    until(() -> upstream.open.isEmpty());
    until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 0);
  }

  @Test
  void anOldConnectionClosesWhenItsRequestEnds() throws Exception {
    fixture.put(cluster().http(options(0, 50, 0)).build());
    TestClient client = fixture.send("c", "/hold");
    until(() -> fixture.counter("cluster.c.upstream_cx_max_duration_reached") == 1);
    assertThat(client.result).isNotDone();
    upstream.release();
    assertThat(client.await()).isEqualTo("200");
    until(() -> upstream.open.isEmpty());
  }

  @Test
  void aResetGivesTheBreakerBack() throws Exception {
    fixture.put(cluster().limits(1, 1, 1).build());
    TestClient held = fixture.send("c", "/hold");
    until(() -> upstream.requests.get() == 1);
    held.reset();
    until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 0);
    until(() -> fixture.gauge("cluster.c.upstream_rq_active") == 0);
    assertThat(fixture.send("c", "/").await()).isEqualTo("200");
  }

  @Test
  void connectionsComeFromTheConfiguredAddress() throws Exception {
    Address.Ip source = new Address.Ip(InetAddress.getByAddress(new byte[] {127, 0, 0, 6}), 0);
    fixture.put(cluster().bind(new UpstreamBind(source, false, List.of())).build());
    TestClient client = fixture.send("c", "/");
    assertThat(client.await()).isEqualTo("200");
    assertThat(upstream.peers).containsExactly("127.0.0.6");
    assertThat(client.info).isNotNull();
    assertThat(client.info.localAddress()).startsWith("127.0.0.6:");
    assertThat(client.info.remoteAddress()).isEqualTo("127.0.0.1:" + upstream.port());
    assertThat(client.info.protocol()).isEqualTo("HTTP/1.1");
  }

  @Test
  void aSourceAddressThatIsNotOursFails() throws Exception {
    Address.Ip source =
        new Address.Ip(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), 0);
    fixture.put(cluster().bind(new UpstreamBind(source, false, List.of())).build());
    assertThat(fixture.send("c", "/").await()).startsWith("failed local_connection_failure|");
    until(() -> fixture.counter("cluster.c.bind_errors") == 1);
  }
}
