package io.outrigger.e2e.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import io.outrigger.e2e.differential.TestCertificates;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that take over from each other under load. */
class HotRestartTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int RESTARTS = 10;

  @TempDir private Path directory;
  private final List<Program> programs = new ArrayList<>();
  private EchoUpstream upstream;
  private int admin;
  private int plain;
  private int secure;
  private int baseId;

  @BeforeEach
  void start() throws IOException {
    upstream = EchoUpstream.start("a");
    List<Integer> ports = FreePorts.find(3);
    admin = ports.get(0);
    plain = ports.get(1);
    secure = ports.get(2);
    baseId = admin; // a port of this test's own, so no other test's line
    Files.writeString(directory.resolve("proxy.yaml"), configuration());
  }

  @AfterEach
  void stop() {
    programs.forEach(Program::close);
    upstream.close();
  }

  @Test
  void tenRestartsUnderLoadFailNothing() throws Exception {
    Program now = proxy("proxy.yaml", "--restart-epoch", "0");
    awaitEpoch(0);
    Deque<RawClient> sockets = new ArrayDeque<>();
    Deque<Program> draining = new ArrayDeque<>();
    try (Load load = new Load()) {
      load.keepAlive(plain);
      load.keepAlive(plain);
      load.newConnections(plain);
      load.http2(secure, TestCertificates.client(""));
      for (int epoch = 1; epoch <= RESTARTS; epoch++) {
        RawClient socket = webSocket();
        sockets.add(socket);
        draining.add(now);
        // a supervisor that counts, and one that leaves it to the proxy
        now = proxy("proxy.yaml", "--restart-epoch", epoch % 2 == 0 ? "auto" : "" + epoch);
        awaitEpoch(epoch);
        assertThat(echo(socket)).as("the old process's WebSocket").isEqualTo("echo hello");
        if (sockets.size() > 2) {
          assertThat(sockets.remove().rest()).as("a WebSocket at its process's end").isEmpty();
          assertThat(draining.remove().awaitExit(PATIENCE)).isZero();
        }
      }
      int seen = load.requests();
      Await.until("the last process serves", PATIENCE, () -> load.requests() > seen + 100);
      load.close();
      assertThat(load.failures()).as(logs()).isEmpty();
      int all = load.requests();
      Await.until(
          "its counters hold what the processes before it counted",
          PATIENCE,
          () ->
              RunningProxy.sum(admin, "http.in.downstream_rq_total")
                      + RunningProxy.sum(admin, "http.tls.downstream_rq_total")
                  >= all);
      assertThat(RunningProxy.sum(admin, "server.hot_restart_generation")).isEqualTo(RESTARTS + 1);
      assertThat(RunningProxy.sum(admin, "server.live")).isOne();
    } finally {
      for (RawClient socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void aNewProcessThatCannotStartLeavesTheOldOneServing() throws Exception {
    Program old = proxy("proxy.yaml", "--restart-epoch", "0");
    awaitEpoch(0);
    try (EchoUpstream taken = EchoUpstream.start("taken")) {
      Files.writeString(
          directory.resolve("bad.yaml"),
          configuration().replace("port_value: " + secure, "port_value: " + taken.port()));
      Program bad = proxy("bad.yaml", "--restart-epoch", "1");
      assertThat(bad.awaitExit(PATIENCE)).isOne();
      assertThat(bad.output()).contains("cannot bind '127.0.0.1:" + taken.port() + "'");
    }
    Program wrong = proxy("proxy.yaml", "--restart-epoch", "7");
    assertThat(wrong.awaitExit(PATIENCE)).isOne();
    assertThat(wrong.output()).contains("epoch 1 takes over from it");
    Program second = proxy("proxy.yaml", "--restart-epoch", "0");
    assertThat(second.awaitExit(PATIENCE)).isOne();
    try (Load load = new Load()) {
      load.newConnections(plain);
      Await.until("the old process serves", PATIENCE, () -> load.requests() > 50);
      load.close();
      assertThat(load.failures()).as(logs()).isEmpty();
    }
    assertThat(old.alive()).isTrue();
    assertThat(RunningProxy.sum(admin, "server.hot_restart_epoch")).isZero();
  }

  @Test
  void unixSocketsAndOtherNumbersOfWorkersAreTakenOver() throws Exception {
    Path socket = directory.resolve("in.sock");
    Files.writeString(
        directory.resolve("unix.yaml"),
        configuration()
            .replace(
                "socket_address: {address: 127.0.0.1, port_value: " + plain + "}",
                "pipe: {path: " + socket + "}"));
    Program now = proxy("unix.yaml", "--restart-epoch", "0", "--concurrency", "1");
    awaitEpoch(0);
    List<String> workers = List.of("3", "1");
    try (Load load = new Load()) {
      load.http2(secure, TestCertificates.client(""));
      for (int epoch = 1; epoch <= workers.size(); epoch++) {
        Program old = now;
        now =
            proxy(
                "unix.yaml",
                "--restart-epoch",
                "" + epoch,
                "--concurrency",
                workers.get(epoch - 1));
        awaitEpoch(epoch);
        assertThat(overUnix(socket)).startsWith("HTTP/1.1 200 ");
        assertThat(old.awaitExit(PATIENCE)).isZero();
        assertThat(overUnix(socket)).as("after the old one's end").startsWith("HTTP/1.1 200 ");
        assertThat(RunningProxy.sum(admin, "server.concurrency"))
            .isEqualTo(Long.parseLong(workers.get(epoch - 1)));
      }
      load.close();
      assertThat(load.failures()).as(logs()).isEmpty();
    }
  }

  private static String overUnix(Path path) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      channel.write(
          ByteBuffer.wrap(
              "GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII)));
      return new String(
          Channels.newInputStream(channel).readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private RawClient webSocket() throws IOException {
    RawClient client = new RawClient(plain);
    client.send(
        "GET /ws HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
            + "x-fake-upgrade: 1\r\n\r\n");
    assertThat(client.response(true)).startsWith("HTTP/1.1 101");
    return client;
  }

  private static String echo(RawClient socket) throws IOException {
    socket.send("hello\n");
    return socket.line();
  }

  private Program proxy(String file, String... flags) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Installed.outrigger(),
                "proxy",
                "-c",
                directory.resolve(file).toString(),
                "--concurrency",
                "2",
                "--base-id",
                Integer.toString(baseId),
                "--drain-time-s",
                "1",
                "--parent-shutdown-time-s",
                "3"));
    command.addAll(List.of(flags));
    Program program =
        Program.start(
            "proxy " + String.join(" ", flags),
            command,
            Map.of("OUTRIGGER_BUILD", "never"),
            directory.resolve("log" + programs.size()));
    programs.add(program);
    return program;
  }

  private void awaitEpoch(int epoch) throws IOException {
    try {
      Await.until(
          "epoch " + epoch + " is in force",
          PATIENCE,
          () -> {
            if (!programs.getLast().alive()) {
              throw new AssertionError("it has ended");
            }
            return RunningProxy.sum(admin, "server.hot_restart_epoch") == epoch
                && RunningProxy.sum(admin, "server.live") == 1;
          });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + logs(), e);
    }
  }

  private String logs() throws IOException {
    StringBuilder out = new StringBuilder();
    for (Program program : programs) {
      out.append("\n----\n").append(program.output());
    }
    return out.toString();
  }

  private String configuration() {
    String listener =
        """
          - name: %1$s
            address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}
            filter_chains:
            - filters:
              - name: http
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: %1$s
                  upgrade_configs: [{upgrade_type: websocket}]
                  route_config: {virtual_hosts: [{name: v, domains: ['*'], routes: [{match: {prefix: /}, route: {cluster: a, timeout: 0s}}]}]}
                  http_filters: [{name: envoy.filters.http.router, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
        """;
    return TestCertificates.substitute(
        """
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
        static_resources:
          clusters:
          - name: a
            connect_timeout: 1s
            load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}
          listeners:
        """
                .formatted(admin, upstream.port())
            + listener.formatted("in", plain).indent(2)
            + listener.formatted("tls", secure).indent(2)
            + """
                  transport_socket:
                    name: tls
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                      common_tls_context:
                        alpn_protocols: [h2, http/1.1]
                        tls_certificates: [{certificate_chain: {inline_string: {{cert a.test}}}, private_key: {inline_string: {{key a.test}}}}]
              """
                .indent(4));
  }
}
