package io.outrigger.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.outrigger.config.match.StringMatcher;
import io.outrigger.config.source.DataSource;
import io.outrigger.config.tls.CertificateSource;
import io.outrigger.config.tls.CommonTls;
import io.outrigger.config.tls.DownstreamTls;
import io.outrigger.config.tls.OcspStaplePolicy;
import io.outrigger.config.tls.SanMatcher;
import io.outrigger.config.tls.SdsSource;
import io.outrigger.config.tls.Secret;
import io.outrigger.config.tls.TlsCertificate;
import io.outrigger.config.tls.UpstreamTls;
import io.outrigger.config.tls.ValidationConfig;
import io.outrigger.config.tls.ValidationSource;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Workers;
import io.outrigger.testkit.TestCa;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real handshakes over loopback sockets, between the two sides of this package. */
class TlsHandshakeTest {
  private static final TestCa CA = new TestCa("mesh");
  private static final TestCa FOREIGN = new TestCa("foreign");
  private static final String REVIEWS = "spiffe://cluster.local/ns/default/sa/reviews";
  private static final String CATALOG = "spiffe://cluster.local/ns/default/sa/catalog";
  private static Workers workers;

  @BeforeAll
  static void start() {
    workers = new Workers(Transport.best(), 1);
  }

  @AfterAll
  static void stop() {
    workers.close();
  }

  @Test
  void mutualTlsTellsBothSidesWhoThePeerIs() throws Exception {
    var stats = new StatStore(1);
    try (var pair =
        new Pair(
            stats,
            server(leaf("URI:" + REVIEWS), ca(CA), true),
            client(leaf("URI:" + CATALOG), ca(CA)))) {
      Outcome outcome =
          pair.connect("outbound_.9080_._.reviews.default.svc.cluster.local", List.of("h2"));
      TlsInfo server = outcome.server.get(20, TimeUnit.SECONDS);
      TlsInfo client = outcome.client.get(20, TimeUnit.SECONDS);
      assertThat(server.version()).isEqualTo("TLSv1.3");
      assertThat(server.alpn()).isEqualTo("h2");
      assertThat(client.alpn()).isEqualTo("h2");
      assertThat(server.peer().uriSans()).containsExactly(CATALOG);
      assertThat(client.peer().uriSans()).containsExactly(REVIEWS);
      assertThat(server.local().uriSans()).containsExactly(REVIEWS);
      assertThat(server.peerValidated()).isTrue();
      assertThat(server.cipher()).startsWith("TLS_");
      assertThat(stats.counter("s.ssl.handshake").value()).isEqualTo(1);
      assertThat(stats.counter("s.ssl.no_certificate").value()).isZero();
      assertThat(stats.counter("s.ssl.versions.TLSv1.3").value()).isEqualTo(1);
    }
  }

  @Test
  void aForeignCertificateIsRefused() throws Exception {
    var stats = new StatStore(1);
    var foreigner = FOREIGN.leaf("URI:" + CATALOG);
    try (var pair =
        new Pair(stats, server(leaf("URI:" + REVIEWS), ca(CA), true), client(foreigner, ca(CA)))) {
      Outcome outcome = pair.connect("", List.of());
      assertThat(outcome.serverFailure.get(20, TimeUnit.SECONDS))
          .startsWith(
              "TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:")
          .contains("depth 0");
      assertThat(stats.counter("s.ssl.fail_verify_error").value()).isEqualTo(1);
      assertThat(stats.counter("s.ssl.handshake").value()).isZero();
    }
  }

  @Test
  void aClientWithoutCertificateIsRefusedWhereOneIsRequired() throws Exception {
    var stats = new StatStore(1);
    try (var pair = new Pair(stats, server(leaf(), ca(CA), true), client(null, ca(CA)))) {
      Outcome outcome = pair.connect("", List.of());
      assertThat(outcome.serverFailure.get(20, TimeUnit.SECONDS))
          .contains("PEER_DID_NOT_RETURN_A_CERTIFICATE");
      assertThat(stats.counter("s.ssl.fail_verify_no_cert").value()).isEqualTo(1);
    }
  }

  @Test
  void aClientWithoutCertificatePassesWhereOneIsOptional() throws Exception {
    var stats = new StatStore(1);
    try (var pair = new Pair(stats, server(leaf(), ca(CA), false), client(null, ca(CA)))) {
      Outcome outcome = pair.connect("", List.of());
      assertThat(outcome.server.get(20, TimeUnit.SECONDS).peer()).isNull();
      assertThat(stats.counter("s.ssl.no_certificate").value()).isEqualTo(1);
    }
  }

  @Test
  void namesOfTheOtherWorkloadAreRefused() throws Exception {
    var stats = new StatStore(1);
    var only =
        new ValidationConfig(
            inline(CA.pem()),
            List.of(new SanMatcher(SanMatcher.SanType.URI, StringMatcher.exact(REVIEWS), "")),
            List.of(),
            List.of(),
            null,
            false,
            false,
            false,
            -1,
            List.of());
    try (var pair =
        new Pair(stats, server(leaf("URI:" + CATALOG), ca(CA), false), client(null, only))) {
      Outcome outcome = pair.connect("", List.of());
      assertThat(outcome.clientFailure.get(20, TimeUnit.SECONDS))
          .contains("SAN matcher, certificate SANs are [" + CATALOG + "]");
      assertThat(stats.counter("c.ssl.fail_verify_san").value()).isEqualTo(1);
    }
  }

  @Test
  void anExpiredCertificateIsRefusedAndSaysSo() throws Exception {
    var stats = new StatStore(1);
    var now = Instant.now();
    var old =
        CA.leaf(
            TestCa.Request.of("CN=old")
                .validity(now.minus(Duration.ofHours(2)), now.minus(Duration.ofHours(1))));
    try (var pair = new Pair(stats, server(old, ca(CA), false), client(null, ca(CA)))) {
      Outcome outcome = pair.connect("", List.of());
      assertThat(outcome.clientFailure.get(20, TimeUnit.SECONDS))
          .contains("certificate has expired");
    }
  }

  @Test
  void aServersCertificateDoesNotServeAClient() throws Exception {
    var stats = new StatStore(1);
    var wrong = CA.leaf(TestCa.Request.of("CN=x").purpose(TestCa.Request.Purpose.SERVER));
    try (var pair = new Pair(stats, server(leaf(), ca(CA), true), client(wrong, ca(CA)))) {
      Outcome outcome = pair.connect("", List.of());
      assertThat(outcome.serverFailure.get(20, TimeUnit.SECONDS))
          .contains("unsupported certificate purpose");
    }
  }

  @Test
  void withoutValidationAnyServerPasses() throws Exception {
    var stats = new StatStore(1);
    try (var pair = new Pair(stats, server(FOREIGN.leaf(), null, false), client(null, null))) {
      TlsInfo info = pair.connect("", List.of()).client.get(20, TimeUnit.SECONDS);
      assertThat(info.peerValidated()).isFalse();
    }
  }

  @Test
  void aSecondConnectionResumesTheFirstsSession() throws Exception {
    var stats = new StatStore(1);
    try (var pair = new Pair(stats, server(leaf(), ca(CA), true), client(leaf(), ca(CA)))) {
      var first = pair.connect("a.example", List.of());
      first.server.get(20, TimeUnit.SECONDS);
      first.echo("hello"); // TLS 1.3 sends tickets after the handshake
      var second = pair.connect("a.example", List.of());
      TlsInfo info = second.server.get(20, TimeUnit.SECONDS);
      assertThat(info.peer()).isNotNull();
      second.echo("again");
      assertThat(stats.counter("s.ssl.session_reused").value()).isEqualTo(1);
    }
  }

  @Test
  void ticketsOutliveAContextWhoseKeysCameBySds() throws Exception {
    var stats = new StatStore(1);
    Map<String, Secret> secrets = new HashMap<>();
    var config =
        new DownstreamTls(
            common(List.of(here(leaf())), new ValidationSource.Here(ca(CA))),
            false,
            false,
            false,
            false,
            List.of(),
            new SdsSource("keys", null),
            0,
            false,
            false,
            OcspStaplePolicy.LENIENT_STAPLING,
            DownstreamTlsContext.getDefaultInstance());
    var server = new ServerTls(config, 0, false, new TlsStats(stats, "s"));
    assertThat(server.update(secrets::get)).isFalse();
    DataSource older = inline("o".repeat(80));
    secrets.put("keys", new Secret.TicketKeys("keys", List.of(older)));
    assertThat(server.update(secrets::get)).isTrue();
    try (var pair =
        new Pair(server, new ClientTls(client(leaf(), ca(CA)), new TlsStats(stats, "c")))) {
      Outcome first = pair.connect("a.example", List.of());
      first.echo("hello"); // TLS 1.3 sends tickets after the handshake
      secrets.put("keys", new Secret.TicketKeys("keys", List.of(inline("n".repeat(80)), older)));
      assertThat(server.update(secrets::get)).isTrue();
      Outcome second = pair.connect("a.example", List.of());
      second.server.get(20, TimeUnit.SECONDS);
      second.echo("again");
      assertThat(stats.counter("s.ssl.session_reused").value()).isEqualTo(1);
      assertThat(stats.counter("c.ssl.session_reused").value()).isEqualTo(1);
      secrets.put("keys", new Secret.TicketKeys("keys", List.of(inline("x".repeat(80)))));
      assertThat(server.update(secrets::get)).isTrue();
      Outcome third = pair.connect("a.example", List.of());
      third.server.get(20, TimeUnit.SECONDS);
      third.echo("a stranger's ticket");
      assertThat(stats.counter("s.ssl.session_reused").value()).isEqualTo(1);
    }
  }

  @Test
  void certificateIsChosenByServerName() throws Exception {
    var stats = new StatStore(1);
    var one = CA.leaf("DNS:one.example");
    var star = CA.leaf("DNS:*.two.example");
    var common = common(List.of(here(one), here(star)), null);
    try (var pair = new Pair(stats, downstream(common, false), client(null, ca(CA)))) {
      assertThat(pair.server.needsClientHello()).isTrue();
      pair.serverName = "x.two.example";
      TlsInfo info = pair.connect("x.two.example", List.of()).client.get(20, TimeUnit.SECONDS);
      assertThat(info.peer().dnsSans()).containsExactly("*.two.example");
    }
  }

  @Test
  void aRotatedSecretServesNewConnectionsAndClosesNone() throws Exception {
    var stats = new StatStore(1);
    Map<String, Secret> secrets = new HashMap<>();
    var common =
        common(
            List.of(new CertificateSource.Sds(new SdsSource("default", null))),
            new ValidationSource.Sds(new SdsSource("ROOTCA", null)));
    var server = new ServerTls(downstream(common, true), 0, false, new TlsStats(stats, "s"));
    assertThat(server.update(secrets::get)).isFalse();
    assertThat(server.isReady()).isFalse();
    secrets.put("default", certificate("default", CA.leaf("URI:spiffe://td/old")));
    secrets.put("ROOTCA", new Secret.Validation("ROOTCA", ca(CA)));
    assertThat(server.update(secrets::get)).isTrue();
    try (var pair =
        new Pair(server, new ClientTls(client(leaf(), ca(CA)), new TlsStats(stats, "c")))) {
      Outcome first = pair.connect("", List.of());
      assertThat(first.client.get(20, TimeUnit.SECONDS).peer().uriSans())
          .containsExactly("spiffe://td/old");
      secrets.put("default", certificate("default", CA.leaf("URI:spiffe://td/new")));
      assertThat(server.update(secrets::get)).isTrue();
      Outcome second = pair.connect("", List.of());
      assertThat(second.client.get(20, TimeUnit.SECONDS).peer().uriSans())
          .containsExactly("spiffe://td/new");
      first.echo("still here");
      second.echo("me too");
      assertThat(stats.counter("s.ssl.context_update_by_sds").value()).isEqualTo(1);
      // a secret that can't be used leaves the last good one in force
      secrets.put(
          "default",
          new Secret.Certificate(
              "default",
              new TlsCertificate(inline("rubbish"), inline("rubbish"), null, null, null, "")));
      assertThatThrownBy(() -> server.update(secrets::get))
          .isInstanceOf(TlsException.class)
          .hasMessageContaining("certificate_chain");
      assertThat(pair.connect("", List.of()).client.get(20, TimeUnit.SECONDS).peer().uriSans())
          .containsExactly("spiffe://td/new");
    }
  }

  // ---- making configurations ----

  private static TestCa.Leaf leaf(String... names) {
    return CA.leaf(names);
  }

  private static DataSource inline(String text) {
    return new DataSource.Inline(ByteString.copyFromUtf8(text));
  }

  private static TlsCertificate tls(TestCa.Leaf leaf) {
    return new TlsCertificate(
        inline(leaf.certificatePem()), inline(leaf.keyPem()), null, null, null, "");
  }

  private static CertificateSource here(TestCa.Leaf leaf) {
    return new CertificateSource.Here(tls(leaf));
  }

  private static Secret certificate(String name, TestCa.Leaf leaf) {
    return new Secret.Certificate(name, tls(leaf));
  }

  private static ValidationConfig ca(TestCa ca) {
    return new ValidationConfig(
        inline(ca.pem()),
        List.of(),
        List.of(),
        List.of(),
        null,
        false,
        false,
        false,
        -1,
        List.of());
  }

  private static CommonTls common(
      List<CertificateSource> certificates, @Nullable ValidationSource validation) {
    return new CommonTls(
        CommonTls.TlsVersion.TLS_1_2,
        CommonTls.TlsVersion.TLS_1_3,
        List.of(),
        List.of(),
        List.of(),
        certificates,
        validation,
        List.of("h2", "http/1.1"));
  }

  private static DownstreamTls server(
      TestCa.Leaf leaf, @Nullable ValidationConfig validation, boolean require) {
    return downstream(
        common(
            List.of(here(leaf)), validation == null ? null : new ValidationSource.Here(validation)),
        require);
  }

  private static DownstreamTls downstream(CommonTls common, boolean require) {
    return new DownstreamTls(
        common,
        require,
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

  private static UpstreamTls client(
      TestCa.@Nullable Leaf leaf, @Nullable ValidationConfig validation) {
    CommonTls common =
        common(
            leaf == null ? List.of() : List.of(here(leaf)),
            validation == null ? null : new ValidationSource.Here(validation));
    return new UpstreamTls(
        common, "", false, false, false, 1, true, UpstreamTlsContext.getDefaultInstance());
  }

  // ---- making connections ----

  private static final class Outcome {
    final CompletableFuture<TlsInfo> server = new CompletableFuture<>();
    final CompletableFuture<TlsInfo> client = new CompletableFuture<>();
    final CompletableFuture<String> serverFailure = new CompletableFuture<>();
    final CompletableFuture<String> clientFailure = new CompletableFuture<>();
    volatile Channel clientChannel;
    volatile CompletableFuture<String> echoed = new CompletableFuture<>();

    void echo(String text) throws Exception {
      client.get(20, TimeUnit.SECONDS);
      echoed = new CompletableFuture<>();
      clientChannel.writeAndFlush(
          clientChannel.alloc().buffer().writeBytes(text.getBytes(StandardCharsets.UTF_8)));
      assertThat(echoed.get(20, TimeUnit.SECONDS)).isEqualTo(text);
    }
  }

  /** A listening socket that echoes over TLS, and clients of it. */
  private static final class Pair implements AutoCloseable {
    final ServerTls server;
    final ClientTls client;
    final Channel listening;
    volatile Outcome next;
    volatile @Nullable String serverName;

    Pair(StatStore stats, DownstreamTls server, UpstreamTls client) throws Exception {
      this(
          new ServerTls(server, 0, false, new TlsStats(stats, "s")),
          new ClientTls(client, new TlsStats(stats, "c")));
    }

    Pair(ServerTls server, ClientTls client) throws Exception {
      this.server = server;
      this.client = client;
      assertThat(server.update(SecretSource.NONE)).isTrue();
      assertThat(client.update(SecretSource.NONE)).isTrue();
      var loop = workers.traffic().getFirst().loop();
      listening =
          new ServerBootstrap()
              .group(loop)
              .channelFactory(workers.transport().serverSocketChannel())
              .childHandler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      Outcome outcome = next;
                      var session = server.newSession(channel.alloc(), serverName, true, false, 0);
                      channel
                          .pipeline()
                          .addLast(
                              session.handler(),
                              new ChannelInboundHandlerAdapter() {
                                @Override
                                public void channelRead(ChannelHandlerContext ctx, Object message) {
                                  ctx.writeAndFlush(message);
                                }

                                @Override
                                public void exceptionCaught(
                                    ChannelHandlerContext ctx, Throwable cause) {
                                  ctx.close();
                                }
                              });
                      session
                          .handler()
                          .handshakeFuture()
                          .addListener(
                              f -> {
                                if (f.isSuccess()) {
                                  outcome.server.complete(server.established(session, 1, null));
                                } else {
                                  outcome.serverFailure.complete(server.failed(f.cause(), 1));
                                }
                              });
                    }
                  })
              .bind("127.0.0.1", 0)
              .sync()
              .channel();
    }

    Outcome connect(String sni, List<String> alpn) throws Exception {
      var outcome = new Outcome();
      next = outcome;
      outcome.clientChannel =
          new Bootstrap()
              .group(workers.main().loop())
              .channelFactory(workers.transport().socketChannel())
              .handler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      var session = client.newSession(channel.alloc(), sni, alpn, false);
                      channel
                          .pipeline()
                          .addLast(
                              session.handler(),
                              new ChannelInboundHandlerAdapter() {
                                @Override
                                public void channelRead(ChannelHandlerContext ctx, Object message) {
                                  var buffer = (ByteBuf) message;
                                  outcome.echoed.complete(buffer.toString(StandardCharsets.UTF_8));
                                  buffer.release();
                                }

                                @Override
                                public void exceptionCaught(
                                    ChannelHandlerContext ctx, Throwable cause) {
                                  ctx.close();
                                }
                              });
                      session
                          .handler()
                          .handshakeFuture()
                          .addListener(
                              f -> {
                                if (f.isSuccess()) {
                                  outcome.client.complete(client.established(session, 0));
                                } else {
                                  outcome.clientFailure.complete(client.failed(f.cause(), 0));
                                }
                              });
                    }
                  })
              .connect((InetSocketAddress) listening.localAddress())
              .sync()
              .channel();
      return outcome;
    }

    @Override
    public void close() {
      listening.close().syncUninterruptibly();
      server.close();
      client.close();
    }
  }
}
