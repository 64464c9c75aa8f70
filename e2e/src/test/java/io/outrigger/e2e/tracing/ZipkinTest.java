package io.outrigger.e2e.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.differential.ProxyUnderTest;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two proxies in a row and a real Zipkin, which must have whole traces of what went through. */
class ZipkinTest {
  private static final Pattern TRACE_ID = Pattern.compile("x-b3-traceid: ([0-9a-f]+)");

  @TempDir private Path directory;

  @Test
  void eachHopAndEachAttemptIsASpanUnderItsCaller() throws IOException {
    List<Integer> ports = FreePorts.find(5);
    int zipkin = ports.get(0);
    try (EchoUpstream application = EchoUpstream.start("application");
        Zipkin server = Zipkin.start(zipkin, directory);
        ProxyUnderTest inner =
            proxy("inner", ports.get(1), ports.get(2), application.port(), zipkin, false);
        ProxyUnderTest edge =
            proxy("edge", ports.get(3), ports.get(4), inner.port("in"), zipkin, true)) {
      String early = request(edge, "/", ""); // a collector that isn't there loses spans only
      server.awaitReady();

      String plain = request(edge, "/plain", "");
      assertThat(Zipkin.shape(server.trace(plain, 3)))
          .containsExactly(
              "SERVER edge of nothing",
              "CLIENT edge of SERVER edge",
              "SERVER inner shared with CLIENT edge of SERVER edge");
      String retried = request(edge, "/again", "x-fake-id: 1\r\nx-fake-status: 503,200\r\n");
      assertThat(Zipkin.shape(server.trace(retried, 5)))
          .containsExactlyInAnyOrder(
              "SERVER edge of nothing",
              "CLIENT edge of SERVER edge",
              "SERVER inner shared with CLIENT edge of SERVER edge",
              "CLIENT edge of SERVER edge",
              "SERVER inner shared with CLIENT edge of SERVER edge");
      assertThat(List.of(early, plain, retried)).doesNotHaveDuplicates();
    }
  }

  private ProxyUnderTest proxy(
      String name, int admin, int in, int upstream, int zipkin, boolean spawns) throws IOException {
    String yaml =
        """
        node: {id: %1$s, cluster: %1$s}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}}
        layered_runtime: {layers: [{name: s, static_layer: {tracing.zipkin.flush_interval_ms: 100}}]}
        static_resources:
          listeners:
          - name: in
            address: {socket_address: {address: 127.0.0.1, port_value: %3$d}}
            filter_chains:
            - filters:
              - name: http
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: in
                  tracing:
                    spawn_upstream_span: %6$b
                    provider:
                      name: zipkin
                      typed_config:
                        "@type": type.googleapis.com/envoy.config.trace.v3.ZipkinConfig
                        collector_cluster: zipkin
                        collector_endpoint: /api/v2/spans
                        collector_endpoint_version: HTTP_JSON
                        trace_id_128bit: true
                  http_filters:
                  - name: router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                  route_config:
                    virtual_hosts:
                    - name: v
                      domains: ["*"]
                      routes:
                      - {match: {prefix: /}, route: {cluster: next, retry_policy: {retry_on: "%7$s"}}}
          clusters:
          - name: next
            load_assignment: {cluster_name: next, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %4$d}}}}]}]}
          - name: zipkin
            load_assignment: {cluster_name: zipkin, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %5$d}}}}]}]}
        """
            .formatted(name, admin, in, upstream, zipkin, spawns, spawns ? "5xx" : "");
    Path own = Files.createDirectories(directory.resolve(name));
    return ProxyUnderTest.outrigger(yaml, Map.of("admin", admin, "in", in), own);
  }

  /** The id of the trace that this request began. */
  private static String request(ProxyUnderTest edge, String path, String headers)
      throws IOException {
    try (RawClient client = new RawClient(edge.port("in"))) {
      client.send("GET " + path + " HTTP/1.1\r\nhost: h\r\n" + headers + "\r\n");
      String response = client.response(false);
      assertThat(response).startsWith("HTTP/1.1 200 ");
      Matcher id = TRACE_ID.matcher(response);
      assertThat(id.find()).isTrue();
      return id.group(1);
    }
  }
}
