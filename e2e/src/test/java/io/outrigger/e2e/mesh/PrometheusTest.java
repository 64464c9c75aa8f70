package io.outrigger.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
        TestMesh mesh =
            new TestMesh(
                directory,
                TestMesh.service("web", web.inbound)
                    + TestMesh.service("cart", cart.inbound)
                    + TestMesh.STRICT)) {
      mesh.readyControl(ports.get(0), ports.get(1), ports.get(2));
      start(mesh, web, ports.get(0), webApp.port());
      start(mesh, cart, ports.get(0), cartApp.port());
      int prometheus = ports.get(9);
      mesh.start("prometheus", List.of(), prometheus(prometheus, web, cart));
      mesh.await("web is live", () -> RawClient.get(web.admin, "/ready").contains("LIVE"));
      mesh.await("cart is live", () -> RawClient.get(cart.admin, "/ready").contains("LIVE"));
      mesh.await("Prometheus", () -> RawClient.get(prometheus, "/-/ready").contains("200 OK"));
      // a series must be there before its rate can be told
      int before = asked(mesh, web, "cart");
      int back = asked(mesh, cart, "web");
      mesh.await("the first scrape", () -> value(prometheus, ANSWERED) == 2.0 * (before + back));
      for (int i = 0; i < 30; i++) {
        assertThat(TestMesh.ask(web.proxy, "cart")).contains("200 OK");
      }
      for (int i = 0; i < 10; i++) {
        assertThat(TestMesh.ask(cart.proxy, "web")).contains("200 OK");
      }
      int all = before + back + 40;
      mesh.await("all requests", () -> value(prometheus, ANSWERED) == 2.0 * all);

      for (String reporter : List.of("source", "destination")) {
        assertThat(Prometheus.samples(prometheus, REQUESTS.formatted(reporter)))
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
    return Prometheus.command(
        directory, port, Stream.of(scraped).map(one -> "127.0.0.1:" + one.admin).toList());
  }

  /** Asks until an answer comes, which tells that all is in force; how often it was counted. */
  private static int asked(TestMesh mesh, Sidecar from, String host) {
    mesh.await(
        from.name + " calls " + host, () -> TestMesh.ask(from.proxy, host).contains("200 OK"));
    return 1;
  }

  /** The one sample of a query's answer; NaN where there is none. */
  private static double value(int prometheus, String query) throws IOException {
    Map<String, Double> values = Prometheus.samples(prometheus, query);
    return values.isEmpty() ? Double.NaN : values.values().iterator().next();
  }
}
