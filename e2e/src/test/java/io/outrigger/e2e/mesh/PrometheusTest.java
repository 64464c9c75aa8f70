package io.outrigger.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.e2e.Installed;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus has of two sidecars what was sent, under Istio's names. */
class PrometheusTest {
  private static final String REQUESTS =
      "sum by (source_canonical_service, destination_canonical_service,"
          + " destination_service_name, source_principal, response_code)"
          + " (istio_requests_total{reporter=\"%s\",response_code=\"200\"})";

  /** What was asked before all was in force may have failed. */
  private static final String ANSWERED = "sum(istio_requests_total{response_code=\"200\"})";

  @TempDir private Path directory;

  private record Sidecar(String name, int inbound, int proxy, int admin) {}

  @Test
  void sumsAndRatesAreWhatWasSent() throws Exception {
    List<Integer> ports = FreePorts.find(10);
    Sidecar web = new Sidecar("web", ports.get(3), ports.get(4), ports.get(5));
    Sidecar cart = new Sidecar("cart", ports.get(6), ports.get(7), ports.get(8));
    try (EchoUpstream webApp = EchoUpstream.start("web");
        EchoUpstream cartApp = EchoUpstream.start("cart");
        TestMesh mesh = new TestMesh(directory, service(web) + service(cart) + STRICT)) {
      mesh.control(List.of(), "127.0.0.1", ports.get(0), ports.get(1), ports.get(2));
      await(mesh, "the control plane", () -> get(ports.get(2), "/ready").contains("ready"));
      start(mesh, web, ports.get(0), webApp.port());
      start(mesh, cart, ports.get(0), cartApp.port());
      int prometheus = ports.get(9);
      mesh.start("prometheus", List.of(), prometheus(prometheus, web, cart));
      await(mesh, "web is live", () -> get(web.admin, "/ready").contains("LIVE"));
      await(mesh, "cart is live", () -> get(cart.admin, "/ready").contains("LIVE"));
      await(mesh, "Prometheus", () -> get(prometheus, "/-/ready").contains("200 OK"));
      // a series must be there before its rate can be told
      int before = asked(mesh, web, "cart");
      int back = asked(mesh, cart, "web");
      await(mesh, "the first scrape", () -> value(prometheus, ANSWERED) == 2.0 * (before + back));
      for (int i = 0; i < 30; i++) {
        assertThat(ask(web.proxy, "cart")).contains("200 OK");
      }
      for (int i = 0; i < 10; i++) {
        assertThat(ask(cart.proxy, "web")).contains("200 OK");
      }
      int all = before + back + 40;
      await(mesh, "all requests", () -> value(prometheus, ANSWERED) == 2.0 * all);

      for (String reporter : List.of("source", "destination")) {
        assertThat(values(prometheus, REQUESTS.formatted(reporter)))
            .isEqualTo(
                Map.of(sample("web", "cart"), 30.0 + before, sample("cart", "web"), 10.0 + back));
      }
      // what Istio's dashboards ask for
      assertThat(
              value(
                  prometheus,
                  "sum(rate(istio_requests_total{reporter=\"destination\","
                      + "connection_security_policy=\"mutual_tls\"}[1m]))"))
          .isPositive();
      assertThat(
              value(
                  prometheus,
                  "histogram_quantile(0.99, sum(rate("
                      + "istio_request_duration_milliseconds_bucket[1m])) by (le))"))
          .isBetween(0.0, 10_000.0);
      assertThat(
              value(
                  prometheus,
                  "sum(istio_response_bytes_count{reporter=\"source\",response_code=\"200\"})"))
          .isEqualTo(all);
      assertThat(value(prometheus, "count(istio_build)")).isEqualTo(2);
    }
  }

  private static String sample(String source, String destination) {
    return "{destination_canonical_service="
        + destination
        + ", destination_service_name="
        + destination
        + ", response_code=200, source_canonical_service="
        + source
        + ", source_principal=spiffe://cluster.local/ns/shop/sa/"
        + source
        + "}";
  }

  private static final String STRICT =
      """
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: shop}
      spec: {mtls: {mode: STRICT}}
      """;

  private static String service(Sidecar sidecar) {
    return """
        apiVersion: v1
        kind: Service
        metadata: {name: %1$s, namespace: shop}
        spec: {selector: {app: %1$s}, ports: [{name: http, port: 9080}]}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: %1$s, namespace: shop}
        spec: {address: 127.0.0.1, ports: {http: %2$d}, labels: {app: %1$s}, serviceAccount: %1$s}
        ---
        """
        .formatted(sidecar.name, sidecar.inbound);
  }

  private static void start(TestMesh mesh, Sidecar sidecar, int control, int app)
      throws IOException {
    mesh.sidecar(
        sidecar.name,
        "127.0.0.1:" + control,
        List.of(),
        List.of(
            "--app-port", Integer.toString(app),
            "--inbound-port", Integer.toString(sidecar.inbound),
            "--http-proxy-port", Integer.toString(sidecar.proxy),
            "--admin-port", Integer.toString(sidecar.admin)));
  }

  private List<String> prometheus(int port, Sidecar... scraped) throws IOException {
    StringBuilder targets = new StringBuilder();
    for (Sidecar sidecar : scraped) {
      targets.append("'127.0.0.1:").append(sidecar.admin).append("', ");
    }
    Path config = directory.resolve("prometheus.yaml");
    Files.writeString(
        config,
        """
        global: {scrape_interval: 1s}
        scrape_configs:
        - job_name: sidecars
          metrics_path: /stats/prometheus
          static_configs: [{targets: [%s]}]
        """
            .formatted(targets));
    return List.of(
        Installed.prometheus(),
        "--config.file=" + config,
        "--storage.tsdb.path=" + directory.resolve("prometheus"),
        "--web.listen-address=127.0.0.1:" + port);
  }

  /** Asks until an answer comes, which tells that all is in force; how often it was counted. */
  private static int asked(TestMesh mesh, Sidecar from, String host) {
    await(mesh, from.name + " calls " + host, () -> ask(from.proxy, host).contains("200 OK"));
    return 1;
  }

  private static String ask(int proxyPort, String host) throws IOException {
    try (RawClient client = new RawClient(proxyPort)) {
      client.send("GET http://" + host + ":9080/hello HTTP/1.1\r\nhost: " + host + ":9080\r\n\r\n");
      return client.response(false);
    }
  }

  private static String get(int port, String path) throws IOException {
    try (RawClient client = new RawClient(port)) {
      client.send("GET " + path + " HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
      return client.rest();
    }
  }

  /** The one sample of a query's answer; NaN where there is none. */
  private static double value(int prometheus, String query) throws IOException {
    Map<String, Double> values = values(prometheus, query);
    return values.isEmpty() ? Double.NaN : values.values().iterator().next();
  }

  /** The samples of a query's answer by their labels. */
  private static Map<String, Double> values(int prometheus, String query) throws IOException {
    String answer =
        get(prometheus, "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    int begin = answer.indexOf("{\"status\"");
    if (begin < 0) {
      throw new IOException(answer);
    }
    Map<String, Double> out = new TreeMap<>();
    try {
      Node.Mapping all =
          (Node.Mapping) Yaml.parse("answer", answer.substring(begin, answer.lastIndexOf('}') + 1));
      Node.Mapping data = (Node.Mapping) all.get("data");
      for (Node item : ((Node.Sequence) data.get("result")).items()) {
        Node.Mapping sample = (Node.Mapping) item;
        Map<String, String> labels = new TreeMap<>();
        ((Node.Mapping) sample.get("metric"))
            .entries()
            .forEach(entry -> labels.put(entry.key(), ((Node.Scalar) entry.value()).text()));
        Node.Sequence value = (Node.Sequence) sample.get("value");
        out.put(labels.toString(), Double.valueOf(((Node.Scalar) value.items().get(1)).text()));
      }
    } catch (YamlException e) {
      throw new IOException(answer, e);
    }
    return out;
  }

  private static void await(TestMesh mesh, String what, Await.Condition condition) {
    try {
      Await.until(what, Duration.ofSeconds(60), condition);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + mesh.logs(), e);
    }
  }
}
