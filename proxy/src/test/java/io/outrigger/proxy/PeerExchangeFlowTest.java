package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.proxy.stats.PrometheusPage;
import io.outrigger.proxy.stats.StatsFilter;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.RawClient;
import io.outrigger.testkit.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * TCP from a caller's proxy to that of the one called, in mutual TLS: each learns who the other is
 * where both exchange metadata, and bytes pass as they are either way.
 */
class PeerExchangeFlowTest {
  private static final String FILTER =
      "{name: istio.metadata_exchange, typed_config: {'@type':"
          + " type.googleapis.com/udpa.type.v1.TypedStruct, type_url:"
          + " type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange, value:"
          + " {protocol: istio-peer-exchange}}}";
  private static final String STATS =
      "{name: istio.stats, typed_config: {'@type': type.googleapis.com/stats.PluginConfig}}";

  private final TestCa authority = new TestCa("mesh");
  @TempDir Path directory;
  private Proxy called;
  private Proxy caller;

  @AfterEach
  void stop() {
    caller.close();
    called.close();
  }

  private void start(boolean calledExchanges, boolean callerExchanges, int app, String more)
      throws Exception {
    called =
        proxy(
            "shop",
            "INBOUND",
            (calledExchanges ? FILTER + ", " : "") + more,
            ", transport_socket: {name: tls, typed_config: {'@type':"
                + " type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext,"
                + " require_client_certificate: true, "
                + tls("shop", calledExchanges)
                + "}}",
            app,
            "");
    caller =
        proxy(
            "web",
            "OUTBOUND",
            "",
            "",
            ListenerPort.of(called, "in"),
            (callerExchanges ? ", filters: [" + FILTER + "]" : "")
                + ", transport_socket: {name: tls, typed_config: {'@type':"
                + " type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext,"
                + tls("web", callerExchanges)
                + "}}");
  }

  /** With a certificate of that account; the protocol is offered or taken, or isn't. */
  private String tls(String account, boolean exchanges) throws Exception {
    TestCa.Leaf leaf = authority.leaf("URI:spiffe://td/ns/x/sa/" + account);
    return "common_tls_context: {alpn_protocols: ["
        + (exchanges ? "istio-peer-exchange, " : "")
        + "istio], tls_params: {tls_maximum_protocol_version: TLSv1_3}, tls_certificates:"
        + " [{certificate_chain: {inline_string: "
        + quoted(leaf.certificatePem())
        + "}, private_key: {inline_string: "
        + quoted(leaf.keyPem())
        + "}}], validation_context: {trusted_ca: {inline_string: "
        + quoted(authority.pem())
        + "}}}";
  }

  private static String quoted(String pem) {
    return '"' + pem.replace("\n", "\\n") + '"';
  }

  private Proxy proxy(
      String workload, String direction, String filters, String transport, int to, String cluster)
      throws IOException, StartException {
    Path file = directory.resolve(workload + ".yaml");
    Files.writeString(
        file,
        """
        node: {id: %1$s-1, cluster: c, metadata: {WORKLOAD_NAME: %1$s, NAMESPACE: x, LABELS: {app: %1$s}}}
        static_resources:
          listeners:
          - name: in
            traffic_direction: %2$s
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains: [{filters: [%3$s%4$s, {name: tcp, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: t, cluster: up}}]%5$s}]
          clusters:
          - {name: up, load_assignment: {cluster_name: up, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %6$d}}}}]}]}%7$s}
        """
            .formatted(workload, direction, filters, STATS, transport, to, cluster));
    return Proxy.start(new ProxyOptions().config(file.toString(), "").concurrency(1));
  }

  /** Greets who connects, and sends back in capitals what it gets. */
  private static final class Shouter implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());

    Shouter(String greeting) throws IOException {
      Thread.ofVirtual().start(() -> serve(greeting));
    }

    private void serve(String greeting) {
      try {
        while (true) {
          Socket client = server.accept();
          client.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
          Thread.ofVirtual().start(() -> shout(client));
        }
      } catch (IOException closed) {
        // the test is over
      }
    }

    private static void shout(Socket client) {
      try (client) {
        byte[] bytes = new byte[4096];
        for (int n = client.getInputStream().read(bytes);
            n > 0;
            n = client.getInputStream().read(bytes)) {
          String text = new String(bytes, 0, n, StandardCharsets.US_ASCII);
          client
              .getOutputStream()
              .write(text.toUpperCase(java.util.Locale.ROOT).getBytes(StandardCharsets.US_ASCII));
        }
      } catch (IOException gone) {
        // its client is
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"'', false", "'220 hello\n', false", "'220 hello\n', true"})
  void bothLearnWhoTheOtherIs(String greeting, boolean silentClient) throws Exception {
    try (Shouter app = new Shouter(greeting)) {
      start(true, true, app.server.getLocalPort(), "");
      try (RawClient client = new RawClient(ListenerPort.of(caller, "in"))) {
        if (!greeting.isEmpty()) {
          assertThat(client.line()).isEqualTo("220 hello");
        }
        if (!silentClient) {
          client.send("quiet\n");
          assertThat(client.line()).isEqualTo("QUIET");
        }
      }
      await(
          called,
          "istio_tcp_connections_closed_total\\{reporter=\"destination\",source_workload=\"web\","
              + "[^}]*source_workload_namespace=\"x\","
              + "source_principal=\"spiffe://td/ns/x/sa/web\",source_app=\"web\"[^}]*\\} 1\n");
      await(
          caller,
          "istio_tcp_connections_closed_total\\{reporter=\"source\",source_workload=\"web\","
              + "[^}]*destination_workload=\"shop\"[^}]*destination_app=\"shop\"[^}]*\\} 1\n");
      assertThat(count(called, "alpn_protocol_found")).isEqualTo(1);
      assertThat(count(caller, "metadata_added")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, true", "false, false"})
  void nothingIsSentToWhoDoesNotExchange(boolean calledExchanges, boolean callerExchanges)
      throws Exception {
    try (Shouter app = new Shouter("220 hello\n")) {
      start(calledExchanges, callerExchanges, app.server.getLocalPort(), "");
      try (RawClient client = new RawClient(ListenerPort.of(caller, "in"))) {
        assertThat(client.line()).isEqualTo("220 hello");
        client.send("quiet\n");
        assertThat(client.line()).isEqualTo("QUIET");
      }
      await(
          called,
          "istio_tcp_connections_closed_total\\{reporter=\"destination\",source_workload=\"unknown\"");
      await(caller, "istio_tcp_connections_closed_total\\{reporter=\"source\"");
      if (calledExchanges) {
        assertThat(count(called, "alpn_protocol_not_found")).isEqualTo(1);
      }
      assertThat(count(called, "metadata_added")).isZero();
      assertThat(count(caller, "metadata_added")).isZero();
    }
  }

  @Test
  void whoIsNotLetInIsToldNothing() throws Exception {
    try (Shouter app = new Shouter("220 hello\n")) {
      start(
          true,
          true,
          app.server.getLocalPort(),
          "{name: rbac, typed_config: {'@type':"
              + " type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC, stat_prefix:"
              + " r, rules: {}}}, ");
      try (RawClient client = new RawClient(ListenerPort.of(caller, "in"))) {
        client.send("quiet\n");
        assertThat(client.rest()).isEmpty();
      }
      await(called, "reporter=\"destination\"");
      assertThat(count(called, "metadata_added")).isZero();
      assertThat(count(caller, "metadata_added")).isEqualTo(1);
    }
  }

  private static long count(Proxy proxy, String name) {
    return proxy.stats().counter("metadata_exchange." + name).value();
  }

  private static void await(Proxy proxy, String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    try {
      Await.until(pattern, Duration.ofSeconds(10), () -> compiled.matcher(page(proxy)).find());
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + page(proxy), e);
    }
  }

  private static String page(Proxy proxy) {
    StringBuilder out = new StringBuilder();
    PrometheusPage.text(proxy.stats(), StatsFilter.ALL, List.of(), List.of())
        .lines()
        .filter(line -> line.contains("istio"))
        .forEach(line -> out.append(line).append('\n'));
    return out.toString();
  }
}
