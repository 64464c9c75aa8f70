package io.outrigger.proxy.cluster;

import static io.outrigger.proxy.cluster.ClusterFixture.until;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.outrigger.config.cluster.UpstreamHttpOptions.ProtocolChoice;
import io.outrigger.config.cluster.UpstreamTransport;
import io.outrigger.config.source.DataSource;
import io.outrigger.config.tls.CommonTls;
import io.outrigger.config.tls.SdsSource;
import io.outrigger.config.tls.UpstreamTls;
import io.outrigger.config.tls.ValidationConfig;
import io.outrigger.config.tls.ValidationSource;
import io.outrigger.testkit.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams on HTTP/2 connections, plain and by TLS, to real servers. */
class Http2PoolTest {
  private static final TestCa CA = new TestCa("mesh");
  private ClusterFixture fixture;

  @BeforeEach
  void open() {
    fixture = new ClusterFixture();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static ClusterConfigs cluster(int port, ProtocolChoice protocol) {
    return ClusterConfigs.named("c").endpoints(ClusterConfigs.ports(port)).protocol(protocol);
  }

  private List<TestClient> hold(int count) {
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(fixture.send("c", "/hold"));
    }
    return clients;
  }

  @Test
  void streamsShareAConnection() throws Exception {
    try (H2Upstream upstream = new H2Upstream(1000, null)) {
      fixture.put(cluster(upstream.port(), ProtocolChoice.HTTP2).build());
      List<TestClient> clients = hold(50);
      until(() -> upstream.requests.get() == 50);
      until(() -> upstream.accepted.get() == 1);
      assertThat(fixture.gauge("cluster.c.upstream_rq_active")).isEqualTo(50);
      upstream.release();
      for (TestClient client : clients) {
        assertThat(client.await()).isEqualTo("200");
      }
      until(() -> fixture.gauge("cluster.c.upstream_rq_active") == 0);
      assertThat(fixture.counter("cluster.c.upstream_cx_http2_total")).isEqualTo(1);
      assertThat(clients.getFirst().info.protocol()).isEqualTo("HTTP/2");
    }
  }

  @Test
  void thePeersLimitIsKept() throws Exception {
    try (H2Upstream upstream = new H2Upstream(4, null)) {
      fixture.put(cluster(upstream.port(), ProtocolChoice.HTTP2).build());
      assertThat(fixture.send("c", "/").await()).isEqualTo("200"); // its settings are known now
      List<TestClient> clients = hold(10);
      until(() -> upstream.requests.get() == 11);
      until(() -> upstream.accepted.get() == 3);
      upstream.release();
      for (TestClient client : clients) {
        assertThat(client.await()).isEqualTo("200");
      }
    }
  }

  @Test
  void aConnectionThatSaysGoodbyeEndsWhenItsStreamsHave() throws Exception {
    try (H2Upstream upstream = new H2Upstream(1000, null)) {
      fixture.put(cluster(upstream.port(), ProtocolChoice.HTTP2).build());
      List<TestClient> clients = hold(3);
      until(() -> upstream.requests.get() == 3);
      upstream.drain();
      until(() -> fixture.counter("cluster.c.upstream_cx_close_notify") == 1);
      assertThat(fixture.send("c", "/").await()).isEqualTo("200");
      until(() -> upstream.accepted.get() == 2);
      upstream.release();
      for (TestClient client : clients) {
        assertThat(client.await()).isEqualTo("200");
      }
      until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 1);
    }
  }

  @Test
  void aChangeOfClusterLosesNoStream() throws Exception {
    try (H2Upstream upstream = new H2Upstream(1000, null)) {
      List<TestClient> clients = List.of();
      for (int i = 0; i < 50; i++) {
        fixture.put(
            cluster(upstream.port(), ProtocolChoice.HTTP2).connectTimeoutMillis(5000 + i).build());
        List<TestClient> before = clients;
        clients = new ArrayList<>();
        for (int j = 0; j < 10; j++) {
          clients.add(fixture.send("c", "/"));
        }
        for (TestClient client : before) {
          assertThat(client.await()).isEqualTo("200");
        }
      }
      for (TestClient client : clients) {
        assertThat(client.await()).isEqualTo("200");
      }
      until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 1);
      until(() -> upstream.connections.size() == 1);
    }
  }

  // ---- TLS ----

  private static UpstreamTransport tls(@Nullable ValidationSource validation) {
    CommonTls common =
        new CommonTls(
            CommonTls.TlsVersion.TLS_1_2,
            CommonTls.TlsVersion.TLS_1_3,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            validation,
            List.of());
    return new UpstreamTransport.Tls(
        new UpstreamTls(
            common, "", false, false, false, 1, true, UpstreamTlsContext.getDefaultInstance()));
  }

  private static ValidationSource trust(TestCa ca) {
    return new ValidationSource.Here(
        new ValidationConfig(
            new DataSource.Inline(ByteString.copyFromUtf8(ca.pem())),
            List.of(),
            List.of(),
            List.of(),
            null,
            false,
            false,
            false,
            -1,
            List.of()));
  }

  @Test
  void alpnDecidesTheProtocol() throws Exception {
    TestCa.Leaf leaf = CA.leaf("DNS:upstream");
    try (H2Upstream both = new H2Upstream(1000, leaf, "h2", "http/1.1");
        H2Upstream old = new H2Upstream(1000, leaf, "http/1.1")) {
      fixture.put(cluster(both.port(), ProtocolChoice.AUTO).transport(tls(trust(CA))).build());
      TestClient first = fixture.send("c", "/");
      assertThat(first.await()).isEqualTo("200");
      assertThat(first.info.protocol()).isEqualTo("HTTP/2");
      assertThat(first.info.tls().peer().dnsSans()).containsExactly("upstream");
      assertThat(first.info.handshakeNanos()).isPositive();
      fixture.put(cluster(old.port(), ProtocolChoice.AUTO).transport(tls(trust(CA))).build());
      List<TestClient> clients = hold(3);
      until(() -> old.requests.get() == 3);
      assertThat(old.accepted.get()).isEqualTo(3);
      old.release();
      for (TestClient client : clients) {
        assertThat(client.await()).isEqualTo("200");
        assertThat(client.info.protocol()).isEqualTo("HTTP/1.1");
      }
    }
  }

  @Test
  void aPlaintextServerSaysSo() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerPlainly(plain));
      fixture.put(cluster(plain.getLocalPort(), ProtocolChoice.HTTP1).transport(tls(null)).build());
      // word for word what Envoy 1.40 prints
      assertThat(fixture.send("c", "/").await())
          .isEqualTo(
              "failed remote_connection_failure|TLS_error:|268435703:SSL routines:"
                  + "OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end");
      until(() -> fixture.counter("cluster.c.upstream_cx_connect_fail") == 1);
      until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 0);
    }
  }

  private static void answerPlainly(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.getInputStream().read();
      socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
      socket.getOutputStream().flush();
      socket.getInputStream().readAllBytes();
    } catch (IOException gone) {
      // the client hung up
    }
  }

  @Test
  void aForeignCertificateIsRefused() throws Exception {
    try (H2Upstream upstream =
        new H2Upstream(1000, new TestCa("foreign").leaf("DNS:upstream"), "h2")) {
      fixture.put(cluster(upstream.port(), ProtocolChoice.HTTP2).transport(tls(trust(CA))).build());
      assertThat(fixture.send("c", "/").await())
          .startsWith("failed remote_connection_failure|TLS_error:|268435581:SSL routines:")
          .contains("CERTIFICATE_VERIFY_FAILED");
      until(() -> fixture.counter("cluster.c.ssl.fail_verify_error") == 1);
    }
  }

  @Test
  void withoutItsSecretAClusterFails() throws Exception {
    try (H2Upstream upstream = new H2Upstream(1000, CA.leaf("DNS:upstream"), "h2")) {
      UpstreamTransport waits = tls(new ValidationSource.Sds(new SdsSource("ROOTCA", null)));
      fixture.put(cluster(upstream.port(), ProtocolChoice.HTTP2).transport(waits).build());
      assertThat(fixture.send("c", "/").await())
          .isEqualTo("failed remote_connection_failure|TLS error: Secret is not supplied by SDS");
    }
  }
}
