package io.outrigger.proxy.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.UpstreamTransport;
import io.outrigger.config.listener.FilterChain;
import io.outrigger.config.listener.FilterChainMatch;
import io.outrigger.config.listener.FilterChainMatcher;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.listener.NetworkFilterConfig;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.source.DataSource;
import io.outrigger.config.tcp.TcpProxyConfig;
import io.outrigger.config.tls.CertificateSource;
import io.outrigger.config.tls.CommonTls;
import io.outrigger.config.tls.DownstreamTls;
import io.outrigger.config.tls.OcspStaplePolicy;
import io.outrigger.config.tls.TlsCertificate;
import io.outrigger.config.tls.UpstreamTls;
import io.outrigger.config.tls.ValidationConfig;
import io.outrigger.config.tls.ValidationSource;
import io.outrigger.proxy.accesslog.AccessLogger;
import io.outrigger.proxy.accesslog.AccessLogs;
import io.outrigger.proxy.cluster.ClusterConfigs;
import io.outrigger.proxy.cluster.ClusterRegistry;
import io.outrigger.proxy.dns.SystemResolver;
import io.outrigger.proxy.drain.DrainState;
import io.outrigger.proxy.drain.DrainStrategy;
import io.outrigger.proxy.istio.IstioMetrics;
import io.outrigger.proxy.istio.PeerExchanges;
import io.outrigger.proxy.listener.Listeners;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.tls.SecretSource;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Workers;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.TestCa;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The TCP proxy between plain sockets of the test, with real listeners and clusters. */
class TcpProxyTest {
  private Workers workers;
  private StatStore stats;
  private Listeners listeners;
  private ClusterRegistry clusters;
  private ServerSocket server;

  @BeforeEach
  void start() throws Exception {
    workers = new Workers(Transport.best(), 1);
    stats = new StatStore(1);
    clusters = new ClusterRegistry(workers, stats, new SystemResolver());
    var drain = new DrainState(Duration.ofSeconds(600), DrainStrategy.IMMEDIATE, System::nanoTime);
    listeners =
        new Listeners(
            workers,
            stats,
            new AccessLogs(stats, 2),
            drain,
            scope ->
                new TcpProxy(
                    ((NetworkFilterConfig.Tcp) scope.chain().terminal()).config(),
                    clusters.on(scope.worker()),
                    () -> Snapshot.EMPTY,
                    AccessLogger.NONE,
                    stats,
                    new PeerExchanges(stats, new IstioMetrics(stats, Node.getDefaultInstance())),
                    null));
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    server.setSoTimeout(20_000);
  }

  @AfterEach
  void stop() throws Exception {
    apply(List.of());
    // nothing stays, the TLS contexts of the library neither
    workers.main().loop().submit(clusters::close).get(20, TimeUnit.SECONDS);
    server.close();
    workers.close();
  }

  private static TcpProxyConfig proxy(String cluster, long idleMillis, int attempts) {
    return new TcpProxyConfig(
        "t",
        List.of(new TcpProxyConfig.ClusterWeight(cluster, 1, Metadata.EMPTY)),
        1,
        Metadata.EMPTY,
        idleMillis,
        0,
        attempts,
        0,
        0,
        false,
        List.of(),
        0,
        false,
        List.of(),
        null,
        null);
  }

  private static ListenerConfig listener(
      String name, TcpProxyConfig proxy, @Nullable DownstreamTls tls) {
    var chain =
        new FilterChain(
            "",
            FilterChainMatch.ANY,
            tls,
            null,
            0,
            List.of(new FilterChain.NetworkFilter("tcp", new NetworkFilterConfig.Tcp(proxy))),
            Metadata.EMPTY);
    return new ListenerConfig(
        name,
        "",
        List.of(new Address.Ip(InetAddress.getLoopbackAddress(), 0)),
        List.of(chain),
        null,
        new FilterChainMatcher(List.of(chain), null),
        List.of(),
        0,
        false,
        false,
        true,
        false,
        false,
        true,
        1 << 16,
        ListenerConfig.TrafficDirection.UNSPECIFIED,
        ListenerConfig.DrainType.DEFAULT,
        List.of(),
        0,
        List.of(),
        false,
        false,
        Metadata.EMPTY,
        Listener.getDefaultInstance());
  }

  private void apply(List<ListenerConfig> configs, ClusterConfig... all) throws Exception {
    Map<String, ClusterConfig> byName = new LinkedHashMap<>();
    for (ClusterConfig config : all) {
      byName.put(config.name(), config);
    }
    var snapshot =
        new Snapshot(1, byName, Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of());
    workers.main().loop().submit(() -> clusters.apply(snapshot)).get(20, TimeUnit.SECONDS);
    assertThat(listeners.apply(configs, SecretSource.NONE)).isEmpty();
  }

  private ClusterConfig backend() {
    return ClusterConfigs.named("backend")
        .endpoints(ClusterConfigs.ports(server.getLocalPort()))
        .build();
  }

  private void plain() throws Exception {
    apply(List.of(listener("in", proxy("backend", 0, 1), null)), backend());
  }

  private int port(String name) {
    for (var status : listeners.status()) {
      if (status.config().name().equals(name)) {
        return ((InetSocketAddress) status.addresses().getFirst()).getPort();
      }
    }
    throw new AssertionError("no listener " + name);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port("in"));
    socket.setSoTimeout(20_000);
    return socket;
  }

  private Socket accept() throws IOException {
    Socket socket = server.accept();
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String read(Socket socket, int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
  }

  private static void await(BooleanSupplier condition) {
    Await.until("what the test waits for", Duration.ofSeconds(20), condition::getAsBoolean);
  }

  @Test
  void bytesGoBothWaysAndAreCounted() throws Exception {
    plain();
    try (Socket client = connect();
        Socket peer = accept()) {
      send(client, "ping");
      assertThat(read(peer, 4)).isEqualTo("ping");
      send(peer, "pong!");
      assertThat(read(client, 5)).isEqualTo("pong!");
    }
    await(() -> listeners.connections() == 0);
    await(() -> stats.counter("tcp.t.downstream_cx_total").value() == 1);
    await(() -> stats.counter("tcp.t.downstream_cx_rx_bytes_total").value() == 4);
    await(() -> stats.counter("tcp.t.downstream_cx_tx_bytes_total").value() == 5);
    await(() -> stats.counter("cluster.backend.upstream_cx_total").value() == 1);
    await(() -> stats.gauge("cluster.backend.upstream_cx_active").value() == 0);
  }

  @Test
  void theServerMaySpeakFirst() throws Exception {
    plain();
    try (Socket client = connect();
        Socket peer = accept()) {
      send(peer, "220 ready\r\n");
      assertThat(read(client, 11)).isEqualTo("220 ready\r\n");
    }
  }

  @Test
  void theClientsHalfCloseReachesTheServerWhichStillAnswers() throws Exception {
    plain();
    halfClose();
  }

  private void halfClose() throws Exception {
    try (Socket client = connect();
        Socket peer = accept()) {
      send(client, "question");
      client.shutdownOutput();
      assertThat(new String(peer.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .isEqualTo("question");
      send(peer, "answer");
      assertThat(read(client, 6)).isEqualTo("answer");
      peer.close();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
    await(() -> listeners.connections() == 0);
  }

  @Test
  void theServersHalfCloseReachesTheClientWhichStillSends() throws Exception {
    plain();
    try (Socket client = connect();
        Socket peer = accept()) {
      send(peer, "bye");
      peer.shutdownOutput();
      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .isEqualTo("bye");
      send(client, "one more thing");
      assertThat(read(peer, 14)).isEqualTo("one more thing");
      client.close();
      assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aResetIsPassedOn() throws Exception {
    plain();
    try (Socket client = connect();
        Socket peer = accept()) {
      send(client, "x");
      assertThat(read(peer, 1)).isEqualTo("x");
      client.setSoLinger(true, 0);
      client.close();
      try {
        int got = peer.getInputStream().read();
        fail("a reset was expected, got " + got);
      } catch (SocketException reset) {
        assertThat(reset).hasMessageContaining("reset");
      }
    }
  }

  @Test
  void aReaderThatStopsPausesTheWriter() throws Exception {
    plain();
    byte[] much = new byte[64 << 20];
    new Random(3).nextBytes(much);
    try (Socket client = connect();
        Socket peer = accept()) {
      var written =
          CompletableFuture.runAsync(
              () -> {
                try {
                  peer.getOutputStream().write(much);
                  peer.shutdownOutput();
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      await(() -> stats.counter("cluster.backend.upstream_cx_rx_bytes_total").value() > 1 << 20);
      // nothing is read: what the proxy takes stays within its limit and the kernel's buffers
      long before = -1;
      long now = stats.counter("cluster.backend.upstream_cx_rx_bytes_total").value();
      long quiet = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
      while (System.nanoTime() < quiet || now != before) {
        before = now;
        Thread.yield();
        now = stats.counter("cluster.backend.upstream_cx_rx_bytes_total").value();
      }
      assertThat(now).isLessThan(32 << 20);
      assertThat(written.isDone()).isFalse();
      InputStream in = client.getInputStream();
      assertThat(in.readAllBytes()).isEqualTo(much);
      written.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void anUpstreamThatRefusesClosesTheClient() throws Exception {
    int port = server.getLocalPort();
    server.close();
    apply(
        List.of(listener("in", proxy("backend", 0, 3), null)),
        ClusterConfigs.named("backend").endpoints(ClusterConfigs.ports(port)).build());
    try (Socket client = connect()) {
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
    await(() -> stats.counter("cluster.backend.upstream_cx_connect_fail").value() == 3);
    await(
        () -> stats.counter("cluster.backend.upstream_cx_connect_attempts_exceeded").value() == 1);
  }

  @Test
  void aClusterThatIsNotThereIsCounted() throws Exception {
    apply(List.of(listener("in", proxy("nowhere", 0, 1), null)));
    try (Socket client = connect()) {
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
    await(() -> stats.counter("tcp.t.downstream_cx_no_route").value() == 1);
  }

  @Test
  void anIdleSessionIsClosed() throws Exception {
    apply(List.of(listener("in", proxy("backend", 100, 1), null)), backend());
    try (Socket client = connect();
        Socket peer = accept()) {
      send(client, "x");
      assertThat(read(peer, 1)).isEqualTo("x");
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }
    await(() -> stats.counter("tcp.t.idle_timeout").value() == 1);
  }

  @Test
  void aClientThatGoesBeforeItsHandshakeIsForgotten() throws Exception {
    apply(List.of(listener("in", proxy("backend", 0, 1), inbound(new TestCa("mesh")))), backend());
    try (Socket client = connect()) {
      client.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1}); // a ClientHello's beginning
      client.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
    await(() -> stats.gauge("listener.127.0.0.1_0.downstream_cx_active").value() == 0);
    assertThat(stats.counter("listener.127.0.0.1_0.downstream_cx_total").value()).isEqualTo(1);
  }

  // ---- through two proxies with mutual TLS between them ----

  private static DownstreamTls inbound(TestCa ca) throws Exception {
    return new DownstreamTls(
        common(ca),
        true,
        false,
        false,
        false,
        List.of(),
        null,
        0,
        false,
        false,
        OcspStaplePolicy.LENIENT_STAPLING,
        DownstreamTlsContext.getDefaultInstance());
  }

  private void throughMutualTls() throws Exception {
    TestCa ca = new TestCa("mesh");
    DownstreamTls inbound = inbound(ca);
    UpstreamTls outbound =
        new UpstreamTls(
            common(ca),
            "outbound_.80_._.x",
            false,
            false,
            false,
            1,
            true,
            UpstreamTlsContext.getDefaultInstance());
    List<ListenerConfig> both = new ArrayList<>();
    both.add(listener("far", proxy("backend", 0, 1), inbound));
    apply(both, backend());
    both.add(listener("in", proxy("mesh", 0, 1), null));
    apply(
        both,
        backend(),
        ClusterConfigs.named("mesh")
            .endpoints(ClusterConfigs.ports(port("far")))
            .transport(new UpstreamTransport.Tls(outbound))
            .build());
  }

  private static CommonTls common(TestCa ca) {
    TestCa.Leaf leaf = ca.leaf("URI:spiffe://td/ns/x/sa/y");
    return new CommonTls(
        CommonTls.TlsVersion.TLS_1_2,
        CommonTls.TlsVersion.TLS_1_3,
        List.of(),
        List.of(),
        List.of(),
        List.of(
            new CertificateSource.Here(
                new TlsCertificate(
                    inline(leaf.certificatePem()), inline(leaf.keyPem()), null, null, null, ""))),
        new ValidationSource.Here(
            new ValidationConfig(
                inline(ca.pem()),
                List.of(),
                List.of(),
                List.of(),
                null,
                false,
                false,
                false,
                -1,
                List.of())),
        List.of("istio"));
  }

  private static DataSource inline(String text) {
    return new DataSource.Inline(ByteString.copyFromUtf8(text));
  }

  @Test
  void bytesGoThroughMutualTls() throws Exception {
    throughMutualTls();
    byte[] much = new byte[8 << 20];
    new Random(5).nextBytes(much);
    try (Socket client = connect();
        Socket peer = accept()) {
      send(peer, "server first");
      assertThat(read(client, 12)).isEqualTo("server first");
      var written =
          CompletableFuture.runAsync(
              () -> {
                try {
                  client.getOutputStream().write(much);
                  client.shutdownOutput();
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThat(peer.getInputStream().readAllBytes()).isEqualTo(much);
      written.get(20, TimeUnit.SECONDS);
    }
    await(() -> listeners.connections() == 0);
  }

  @Test
  void aHalfCloseGoesThroughMutualTls() throws Exception {
    throughMutualTls();
    halfClose();
  }
}
