package io.outrigger.proxy.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.outrigger.config.address.Address;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.listener.ListenerFilterConfig;
import io.outrigger.config.proxyprotocol.PassThroughTlvs;
import io.outrigger.proxy.accesslog.AccessLogs;
import io.outrigger.proxy.drain.DrainState;
import io.outrigger.proxy.drain.DrainStrategy;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.tls.SecretSource;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Workers;
import io.outrigger.testkit.Await;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listeners on real loopback sockets; the terminal filter says which chain it is, and echoes. */
class ListenersTest {
  private static final ListenerFilterConfig TLS =
      new ListenerFilterConfig.TlsInspector(0, false, false);
  private static final ListenerFilterConfig HTTP = new ListenerFilterConfig.HttpInspector();

  private Workers workers;
  private StatStore stats;
  private DrainState drain;
  private Listeners listeners;
  private final ConcurrentLinkedQueue<String> drained = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void start() {
    start(Transport.best(), 2);
  }

  private void start(Transport transport, int concurrency) {
    workers = new Workers(transport, concurrency);
    stats = new StatStore(concurrency);
    drain = new DrainState(Duration.ofSeconds(600), DrainStrategy.IMMEDIATE, System::nanoTime);
    listeners =
        new Listeners(
            workers, stats, new AccessLogs(stats, concurrency + 1), drain, scope -> this::greet);
  }

  @AfterEach
  void stop() {
    listeners.stopListening(false);
    workers.close();
  }

  /** Writes the chain's name and a line feed, then echoes. */
  private void greet(DownstreamConnection connection) {
    var channel = connection.channel();
    connection.onDrain(() -> drained.add(connection.filterChainName()));
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                ctx.writeAndFlush(message);
              }

              @Override
              public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                ctx.close();
              }

              @Override
              public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                ctx.close(); // the client's half close
              }
            });
    channel.config().setAutoRead(true);
    channel.writeAndFlush(
        ByteBufUtil.writeAscii(channel.alloc(), connection.filterChainName() + "\n"));
  }

  private void apply(ListenerConfig... configs) {
    assertThat(listeners.apply(List.of(configs), SecretSource.NONE)).isEmpty();
  }

  private int port() {
    return port(0);
  }

  private int port(int index) {
    return ((InetSocketAddress) listeners.status().get(index).addresses().getFirst()).getPort();
  }

  private Socket connect() throws IOException {
    return connect(port());
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static String line(Socket socket) throws IOException {
    var text = new StringBuilder();
    for (int b = socket.getInputStream().read(); b >= 0; b = socket.getInputStream().read()) {
      if (b == '\n') {
        return text.toString();
      }
      text.append((char) b);
    }
    return text + "<closed>";
  }

  private static void send(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void await(BooleanSupplier condition) {
    Await.until("what the test waits for", Duration.ofSeconds(20), condition::getAsBoolean);
  }

  @Test
  void connectionsAreServedAndCounted() throws Exception {
    apply(new ListenerConfigs().chain("one").build());
    String prefix = "listener.127.0.0.1_0.";
    try (Socket socket = connect()) {
      assertThat(line(socket)).isEqualTo("one");
      send(socket, ascii("hello\n"));
      assertThat(line(socket)).isEqualTo("hello");
      assertThat(stats.gauge(prefix + "downstream_cx_active").value()).isEqualTo(1);
      assertThat(listeners.connections()).isEqualTo(1);
    }
    await(() -> stats.counter(prefix + "downstream_cx_destroy").value() == 1);
    assertThat(stats.counter(prefix + "downstream_cx_total").value()).isEqualTo(1);
    assertThat(
            stats.counter(prefix + "worker_0.downstream_cx_total").value()
                + stats.counter(prefix + "worker_1.downstream_cx_total").value())
        .isEqualTo(1);
    await(() -> stats.gauge(prefix + "downstream_pre_cx_active").value() == 0);
    listeners.whenIdle().get(20, TimeUnit.SECONDS);
  }

  @Test
  void allOfIpv6IsNotIpv4() throws Exception {
    assumeTrue(Transport.best() == Transport.EPOLL);
    InetAddress all = InetAddress.ofLiteral("::");
    apply(
        new ListenerConfigs().named("six").on(new Address.Ip(all, 0)).chain("six").build(),
        new ListenerConfigs().named("both").on(new Address.Ip(all, 0, true)).chain("both").build());
    assertThatThrownBy(() -> connect(port(0)).close()).isInstanceOf(ConnectException.class);
    try (Socket six = new Socket(InetAddress.ofLiteral("::1"), port(0));
        Socket four = connect(port(1))) {
      assertThat(line(six)).isEqualTo("six");
      assertThat(line(four)).isEqualTo("both");
    }
  }

  @Test
  void nioServesToo() throws Exception {
    stop();
    start(Transport.NIO, 2);
    apply(new ListenerConfigs().chain("one").build());
    for (int i = 0; i < 4; i++) {
      try (Socket socket = connect()) {
        assertThat(line(socket)).isEqualTo("one");
      }
    }
    await(() -> stats.counter("listener.127.0.0.1_0.downstream_cx_destroy").value() == 4);
    assertThat(stats.counter("listener.127.0.0.1_0.worker_1.downstream_cx_total").value())
        .isEqualTo(2);
  }

  @Test
  void chainsAreFoundByWhatTheInspectorsSee() throws Exception {
    apply(
        new ListenerConfigs()
            .filter(TLS)
            .filter(HTTP)
            .chain(
                "istio", ListenerConfigs.protocols("tls", List.of(), "istio", "istio-peer"), null)
            .chain("a", ListenerConfigs.protocols("tls", List.of("a.example")), null)
            .chain(
                "http", ListenerConfigs.protocols("raw_buffer", List.of(), "http/1.1", "h2c"), null)
            .chain("tcp", ListenerConfigs.protocols("raw_buffer", List.of()), null)
            .build());
    assertThat(first(ClientHelloTest.realHello("b.example", "istio"))).isEqualTo("istio");
    assertThat(first(ClientHelloTest.realHello("a.example", "h2"))).isEqualTo("a");
    assertThat(first(ascii("GET / HTTP/1.1\r\n\r\n"))).isEqualTo("http");
    assertThat(first(ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))).isEqualTo("http");
    assertThat(first(ascii("GET / HTTP/1.0\r\n\r\n"))).isEqualTo("tcp");
    assertThat(first(ascii("*1\r\n$4\r\nPING\r\n"))).isEqualTo("tcp");
  }

  private String first(byte[] sent) throws IOException {
    try (Socket socket = connect()) {
      send(socket, sent);
      return line(socket);
    }
  }

  @Test
  void whatTheInspectorsReadReachesTheFilter() throws Exception {
    apply(new ListenerConfigs().filter(TLS).filter(HTTP).chain("one").build());
    try (Socket socket = connect()) {
      for (byte b : ascii("POST /x HTTP/1.1\r\n")) {
        send(socket, new byte[] {b}); // one segment each: nothing is lost or out of order
      }
      send(socket, ascii("body\n"));
      assertThat(line(socket)).isEqualTo("one");
      assertThat(line(socket)).isEqualTo("POST /x HTTP/1.1\r");
      assertThat(line(socket)).isEqualTo("body");
    }
  }

  @Test
  void aConnectionThatNoChainTakesIsClosedAndCounted() throws Exception {
    apply(
        new ListenerConfigs()
            .filter(TLS)
            .chain("tls", ListenerConfigs.protocols("tls", List.of()), null)
            .build());
    try (Socket socket = connect()) {
      send(socket, ascii("plain text"));
      String got;
      try {
        got = line(socket);
      } catch (SocketException reset) {
        got = "<closed>";
      }
      assertThat(got).isEqualTo("<closed>");
    }
    await(() -> stats.counter("listener.127.0.0.1_0.no_filter_chain_match").value() == 1);
    assertThat(stats.counter("listener.127.0.0.1_0.downstream_cx_total").value()).isZero();
  }

  @Test
  void aClientThatWaitsForTheServerIsServedAfterTheTimeout() throws Exception {
    apply(
        new ListenerConfigs()
            .filter(TLS)
            .filter(HTTP)
            .timeout(50, true)
            .chain("http", ListenerConfigs.protocols("raw_buffer", List.of(), "http/1.1"), null)
            .fallback("server-first")
            .build());
    try (Socket socket = connect()) {
      assertThat(line(socket)).isEqualTo("server-first");
      send(socket, ascii("hi\n"));
      assertThat(line(socket)).isEqualTo("hi");
    }
    await(() -> stats.counter("listener.127.0.0.1_0.downstream_pre_cx_timeout").value() == 1);
  }

  @Test
  void withoutContinueASilentClientIsClosed() throws Exception {
    apply(new ListenerConfigs().filter(TLS).timeout(50, false).chain("one").build());
    try (Socket socket = connect()) {
      assertThat(line(socket)).isEqualTo("<closed>");
    }
    await(() -> stats.gauge("listener.127.0.0.1_0.downstream_pre_cx_active").value() == 0);
  }

  @Test
  void aProxyHeaderNamesTheClient() throws Exception {
    apply(
        new ListenerConfigs()
            .filter(
                new ListenerFilterConfig.ProxyProtocol(
                    false, java.util.Set.of(), List.of(), PassThroughTlvs.NONE, ""))
            .chain("one")
            .build());
    try (Socket socket = connect()) {
      send(socket, ascii("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nrest\n"));
      assertThat(line(socket)).isEqualTo("one");
      assertThat(line(socket)).isEqualTo("rest");
    }
    try (Socket socket = connect()) {
      send(socket, ascii("no header\n"));
      assertThat(line(socket)).isEqualTo("<closed>");
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
    await(() -> stats.counter("proxy_proto.not_found_disallowed").value() == 1);
  }

  @Test
  void aChangeInPlaceDrainsOnlyTheChainsThatAreGone() throws Exception {
    var http = ListenerConfigs.protocols("raw_buffer", List.of(), "http/1.1");
    apply(new ListenerConfigs().filter(HTTP).chain("old", http, null).fallback("rest").build());
    int port = port();
    try (Socket old = connect(port);
        Socket rest = connect(port)) {
      send(old, ascii("GET / HTTP/1.1\r\n"));
      send(rest, ascii("*\n"));
      assertThat(line(old)).isEqualTo("old");
      assertThat(line(rest)).isEqualTo("rest");
      apply(new ListenerConfigs().filter(HTTP).chain("new", http, null).fallback("rest").build());
      assertThat(port()).isEqualTo(port);
      await(() -> drained.contains("old"));
      assertThat(drained).doesNotContain("rest");
      assertThat(line(old)).isEqualTo("GET / HTTP/1.1\r");
      assertThat(line(rest)).isEqualTo("*");
      send(old, ascii("still served\n"));
      assertThat(line(old)).isEqualTo("still served");
      try (Socket next = connect(port)) {
        send(next, ascii("GET / HTTP/1.1\r\n"));
        assertThat(line(next)).isEqualTo("new");
      }
    }
    assertThat(stats.counter("listener_manager.listener_in_place_updated").value()).isEqualTo(1);
  }

  @Test
  void aRemovedListenerStopsAndItsConnectionsDrain() throws Exception {
    apply(new ListenerConfigs().chain("one").build());
    int port = port();
    try (Socket socket = connect(port)) {
      assertThat(line(socket)).isEqualTo("one");
      apply();
      await(() -> drained.contains("one"));
      send(socket, ascii("last words\n"));
      assertThat(line(socket)).isEqualTo("last words");
      await(() -> refused(port));
    }
  }

  private static boolean refused(int port) {
    try (Socket socket = connect(port)) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void anAddressInUseIsTold() throws Exception {
    try (var taken = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var errors =
          listeners.apply(
              List.of(new ListenerConfigs().on(taken.getLocalPort()).chain("one").build()),
              SecretSource.NONE);
      assertThat(errors)
          .containsExactly(
              new ListenerError(
                  "test",
                  "cannot bind '127.0.0.1:" + taken.getLocalPort() + "': Address already in use"));
      assertThat(stats.counter("listener_manager.listener_create_failure").value()).isEqualTo(1);
    }
  }

  @Test
  void aUnixSocketServes(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("s.sock");
    Files.writeString(path, "left behind");
    apply(new ListenerConfigs().on(new Address.Pipe(path.toString(), 0600)).chain("one").build());
    assertThat(Files.getPosixFilePermissions(path)).hasSize(2);
    try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.connect(UnixDomainSocketAddress.of(path));
      ByteBuffer got = ByteBuffer.allocate(4);
      while (got.hasRemaining() && socket.read(got) >= 0) {
        Thread.onSpinWait();
      }
      assertThat(new String(got.array(), StandardCharsets.US_ASCII)).isEqualTo("one\n");
    }
  }

  @Test
  void whatTheKernelAcceptedIsServedBeforeTheSocketCloses() throws Exception {
    apply(new ListenerConfigs().chain("one").build());
    int port = port();
    var release = new CountDownLatch(1);
    for (var worker : workers.traffic()) {
      var blocked = new CountDownLatch(1);
      worker
          .loop()
          .execute(
              () -> {
                blocked.countDown();
                try {
                  release.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
    }
    var sockets = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 50; i++) {
        sockets.add(connect(port)); // the kernel shakes hands; no worker has seen it
      }
      listeners.stopListening(false);
      release.countDown();
      for (Socket socket : sockets) {
        assertThat(line(socket)).isEqualTo("one");
      }
      await(() -> refused(port));
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    listeners.whenIdle().get(20, TimeUnit.SECONDS);
  }

  @Test
  void additionalAddressesServeTheSameChains() throws Exception {
    apply(
        new ListenerConfigs()
            .on(
                new Address.Ip(InetAddress.getLoopbackAddress(), 0),
                new Address.Ip(InetAddress.getLoopbackAddress(), 0))
            .chain("one")
            .build());
    var addresses = listeners.status().getFirst().addresses();
    assertThat(addresses).hasSize(2).doesNotHaveDuplicates();
    for (var address : addresses) {
      try (Socket socket = connect(((InetSocketAddress) address).getPort())) {
        assertThat(line(socket)).isEqualTo("one");
      }
    }
  }
}
