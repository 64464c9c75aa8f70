package io.outrigger.e2e.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.e2e.Installed;
import io.outrigger.e2e.differential.ProxyUnderTest;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
        Program server = zipkin(zipkin);
        ProxyUnderTest inner =
            proxy("inner", ports.get(1), ports.get(2), application.port(), zipkin, false);
        ProxyUnderTest edge =
            proxy("edge", ports.get(3), ports.get(4), inner.port("in"), zipkin, true)) {
      String early = request(edge, "/", ""); // a collector that isn't there loses spans only
      Await.until(
          "zipkin is ready",
          Duration.ofSeconds(30),
          () -> server.alive() && get(zipkin, "/health").contains("\"UP\""));

      String plain = request(edge, "/plain", "");
      assertThat(shape(trace(zipkin, plain, 3)))
          .containsExactly(
              "SERVER edge of nothing",
              "CLIENT edge of SERVER edge",
              "SERVER inner shared with CLIENT edge of SERVER edge");
      String retried = request(edge, "/again", "x-fake-id: 1\r\nx-fake-status: 503,200\r\n");
      assertThat(shape(trace(zipkin, retried, 5)))
          .containsExactlyInAnyOrder(
              "SERVER edge of nothing",
              "CLIENT edge of SERVER edge",
              "SERVER inner shared with CLIENT edge of SERVER edge",
              "CLIENT edge of SERVER edge",
              "SERVER inner shared with CLIENT edge of SERVER edge");
      assertThat(List.of(early, plain, retried)).doesNotHaveDuplicates();
    }
  }

  private Program zipkin(int port) throws IOException {
    return Program.start(
        "zipkin",
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-jar",
            Installed.zipkin()),
        Map.of("QUERY_PORT", String.valueOf(port), "STORAGE_TYPE", "mem"),
        directory.resolve("zipkin.log"));
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

  private static String get(int port, String path) throws IOException {
    try (RawClient client = new RawClient(port)) {
      client.send("GET " + path + " HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
      return client.rest();
    }
  }

  /** The spans that Zipkin has of a trace, once they are so many. */
  private static List<Node.Mapping> trace(int zipkin, String id, int count) {
    List<Node.Mapping> spans = new ArrayList<>();
    Await.until(
        count + " spans of trace " + id,
        Duration.ofSeconds(15),
        () -> {
          spans.clear();
          String answer = get(zipkin, "/api/v2/trace/" + id);
          int body = answer.indexOf("\n[");
          if (body < 0) {
            return false;
          }
          try {
            for (Node span :
                ((Node.Sequence)
                        Yaml.parse("trace", answer.substring(body, answer.lastIndexOf(']') + 1)))
                    .items()) {
              spans.add((Node.Mapping) span);
            }
          } catch (YamlException e) {
            throw new IOException(answer, e);
          }
          return spans.size() >= count;
        });
    return spans;
  }

  /** Each span by its kind, service and parent, those of callers first. */
  private static List<String> shape(List<Node.Mapping> spans) {
    List<String> out = new ArrayList<>();
    for (Node.Mapping span : spans) {
      String parent = "nothing";
      String shared = "";
      for (Node.Mapping other : spans) {
        if (other != span && text(other, "id").equals(text(span, "parentId"))) {
          parent = name(other);
        }
        if (text(span, "shared").equals("true")
            && other != span
            && text(other, "id").equals(text(span, "id"))) {
          shared = " shared with " + name(other);
        }
      }
      out.add(name(span) + shared + " of " + parent);
    }
    return out.stream().sorted(java.util.Comparator.comparing(String::length)).toList();
  }

  private static String name(Node.Mapping span) {
    return text(span, "kind") + " " + text((Node.Mapping) span.get("localEndpoint"), "serviceName");
  }

  private static String text(Node.Mapping of, String key) {
    return of.get(key) instanceof Node.Scalar scalar ? scalar.text() : "";
  }
}
