package io.outrigger.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.outrigger.e2e.Installed;
import io.outrigger.e2e.differential.ProxyUnderTest;
import io.outrigger.e2e.differential.TestCertificates;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All cases of h2spec (RFC 9113 and RFC 7541) on a listener in plaintext and on one in TLS. */
class H2specTest {
  private static final String CONFIGURATION =
      """
      admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
      static_resources:
        listeners:
        - name: plain
          address: {socket_address: {address: 127.0.0.1, port_value: %d}}
          filter_chains: [{filters: [&http {name: http, typed_config: {
            "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
            stat_prefix: h2spec, codec_type: HTTP2, route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [
              {match: {prefix: /}, route: {cluster: backend}}]}]},
            http_filters: [{name: router, typed_config: {
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]}}]}]
        - name: tls
          address: {socket_address: {address: 127.0.0.1, port_value: %d}}
          filter_chains: [{filters: [*http], transport_socket: {name: tls, typed_config: {
            "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext,
            common_tls_context: {alpn_protocols: [h2], tls_certificates: [
              {certificate_chain: {inline_string: {{cert server}}}, private_key: {inline_string: {{key server}}}}]}}}}]
        clusters:
        - {name: backend, load_assignment: {cluster_name: backend, endpoints: [{lb_endpoints: [{endpoint: {
            address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}}
      """;

  @TempDir Path directory;

  @Test
  void everyCaseInPlaintextAndInTls() throws Exception {
    List<Integer> ports = FreePorts.find(3);
    HttpServer backend = backend();
    String yaml =
        TestCertificates.substitute(
            CONFIGURATION.formatted(
                ports.get(0), ports.get(1), ports.get(2), backend.getAddress().getPort()));
    try (var proxy = ProxyUnderTest.outrigger(yaml, Map.of("admin", ports.get(0)), directory)) {
      assertThat(h2spec(ports.get(1), List.of())).contains(" 0 failed");
      assertThat(h2spec(ports.get(2), List.of("-t", "-k"))).contains(" 0 failed");
      assertThat(proxy.program().alive()).isTrue();
    } finally {
      backend.stop(0);
    }
  }

  /** Answers when the request has ended, so that what is wrong with its body comes first. */
  private static HttpServer backend() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] body = "an answer of a few bytes".getBytes(StandardCharsets.US_ASCII);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, head ? -1 : body.length);
            if (!head) {
              exchange.getResponseBody().write(body);
            }
          }
        });
    server.start();
    return server;
  }

  private String h2spec(int port, List<String> more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Installed.h2spec(), "-h", "127.0.0.1", "-p", Integer.toString(port), "-o", "3"));
    command.addAll(more);
    try (Program run =
        Program.start("h2spec", command, Map.of(), directory.resolve("h2spec-" + port + ".log"))) {
      run.awaitExit(Duration.ofMinutes(3));
      return run.output();
    }
  }
}
