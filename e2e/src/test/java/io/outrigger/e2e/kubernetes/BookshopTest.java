package io.outrigger.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fabric8.kubernetes.client.LocalPortForward;
import io.outrigger.e2e.Installed;
import io.outrigger.e2e.gateway.Curl;
import io.outrigger.e2e.gateway.TlsSecret;
import io.outrigger.e2e.mesh.Prometheus;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import io.outrigger.testkit.TestCa;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bookshop in pods whose manifests have no word of a mesh: mutual TLS, traffic, policy and
 * metrics, by Istio's resources and the Gateway API's.
 */
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_KUBECONFIG", matches = ".+")
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_IMAGE", matches = ".+")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BookshopTest {
  private static final String SHOP = "outrigger-bookshop-test";
  private static final int CALLS = 200;

  @TempDir private Path directory;
  private MeshOnCluster mesh;

  @BeforeAll
  void shopIsOpen() throws Exception {
    mesh = MeshOnCluster.install();
    mesh.namespace(SHOP);
    mesh.apply(SHOP, example("bookshop.yaml"));
    mesh.apply(SHOP, example("strict.yaml"));
    for (String deployment :
        List.of(
            "frontend-v1", "catalog-v1", "reviews-v1", "reviews-v2", "reviews-v3", "ratings-v1")) {
      mesh.awaitAvailable(SHOP, deployment);
    }
    mesh.await("the shop answers", () -> page("frontend", "/").contains("The Outrigger"));
  }

  @AfterAll
  void closed() {
    if (mesh != null) {
      mesh.close();
    }
  }

  @AfterEach
  void asBefore() throws IOException {
    mesh.delete(SHOP, example("shift.yaml"));
    mesh.delete(SHOP, example("authorization.yaml"));
    mesh.delete(SHOP, example("gateway.yaml"));
  }

  /** A file of docs/getting-started-kubernetes.md, for the namespace and images of this test. */
  private String example(String name) throws IOException {
    return Files.readString(Installed.home().resolve("examples/kubernetes").resolve(name))
        .replace("outrigger/control:0.1.0", mesh.image())
        .replace("/ns/default/", "/ns/" + SHOP + "/");
  }

  /** What a service answers to the front end's pod, and how often each line came. */
  private Map<String, Long> answers(String url, int times) throws Exception {
    String loop =
        "i=0; while [ $i -lt %d ]; do wget -qO- %s || echo failed; i=$((i+1)); done"
            .formatted(times, url);
    return mesh.exec(SHOP, "frontend-v1", "app", "sh", "-c", loop)
        .lines()
        .map(line -> line.startsWith("reviews v") ? line.substring(8, 10) : line)
        .collect(
            java.util.stream.Collectors.groupingBy(
                line -> line, java.util.stream.Collectors.counting()));
  }

  private String page(String service, String path) throws Exception {
    return mesh.exec(
        SHOP, "frontend-v1", "app", "wget", "-qO-", "http://" + service + ":9080" + path);
  }

  @Test
  void callsAreInMutualTlsOnTheWire() throws Exception {
    assumeThat(Files.isExecutable(Path.of("/usr/bin/tcpdump"))).as("tcpdump is there").isTrue();
    Path capture = directory.resolve("capture");
    String address = mesh.address(SHOP, "reviews-v1");
    try (Program tcpdump =
        Program.start(
            "tcpdump",
            List.of(
                "tcpdump", "-i", "any", "-s", "0", "-U", "-w", capture.toString(), "host", address),
            Map.of(),
            directory.resolve("tcpdump.log"))) {
      mesh.await("it captures", () -> tcpdump.output().contains("listening"));
      mesh.apply(SHOP, example("shift.yaml").replace("90}", "100}").replace("10}", "0}"));
      mesh.await(
          "v1 answers", () -> answers("http://reviews:9080/reviews/1", 5).equals(Map.of("v1", 5L)));
      mesh.await("bytes came", () -> Files.size(capture) > 4096);
      tcpdump.terminate();
      tcpdump.awaitExit(Duration.ofSeconds(10));
    }
    String bytes = Files.readString(capture, StandardCharsets.ISO_8859_1);
    // a TLS record of application data, and neither the request nor the page
    assertThat(bytes).contains("\u0017\u0003\u0003").doesNotContain("GET /reviews", "rides along");
  }

  @Test
  void versionsShiftByVirtualService() throws Exception {
    mesh.apply(SHOP, example("shift.yaml"));
    mesh.await(
        "only v1 and v2 answer",
        () -> !answers("http://reviews:9080/reviews/1", 20).containsKey("v3"));
    Map<String, Long> counts = answers("http://reviews:9080/reviews/1", CALLS);
    assertThat(counts.keySet()).containsOnly("v1", "v2");
    assertThat(counts.get("v2")).isBetween(5L, 40L);
  }

  @Test
  void versionsShiftByHttpRoute() throws Exception {
    mesh.apply(SHOP, example("route.yaml"));
    mesh.await(
        "v3 answers", () -> answers("http://reviews:9080/reviews/1", 10).equals(Map.of("v3", 10L)));
    mesh.delete(SHOP, example("route.yaml"));
    mesh.await(
        "others answer again",
        () -> answers("http://reviews:9080/reviews/1", 20).keySet().size() > 1);
  }

  @Test
  void policiesSayWhoMayCall() throws Exception {
    mesh.apply(SHOP, example("authorization.yaml"));
    mesh.await(
        "the catalog is refused",
        () ->
            mesh.exec(SHOP, "catalog-v1", "app", "wget", "-qO-", "http://reviews:9080/reviews/1")
                .contains("403"));
    assertThat(page("reviews", "/reviews/1")).startsWith("reviews v");
  }

  @Test
  void othersComeInByTlsThroughAGateway() throws Exception {
    TestCa authority = new TestCa("shop");
    mesh.apply(SHOP, TlsSecret.yaml(SHOP, "shop-cert", authority.leaf("DNS:shop.example.com")));
    mesh.apply(SHOP, example("gateway.yaml"));
    mesh.awaitAvailable(SHOP, "shop-outrigger");
    Path trusted = Files.writeString(directory.resolve("ca.pem"), authority.pem());
    try (LocalPortForward https = mesh.forward(SHOP, "shop-outrigger", 443)) {
      String url = "https://shop.example.com:" + https.getLocalPort() + "/";
      mesh.await(
          "the shop answers",
          () -> Curl.get(url, "--cacert", trusted.toString()).contains("The Outrigger"));
      assertThat(Curl.get(url)).contains("SSL certificate problem");
      assertThat(Curl.get(url.replace("shop", "other"), "-k")).doesNotContain("The Outrigger");
    }
  }

  /**
   * At the ports and paths that the pods' annotations name; Debian's can't look for them itself.
   */
  @Test
  void prometheusHasTheCallsOfAllPods() throws Exception {
    int port = FreePorts.find(1).getFirst();
    try (Program prometheus =
        Program.start(
            "prometheus",
            Prometheus.command(directory, port, mesh.scraped(SHOP)),
            Map.of(),
            directory.resolve("prometheus.log"))) {
      mesh.await("Prometheus", () -> RawClient.get(port, "/-/ready").contains("200 OK"));
      answers("http://frontend:9080/", 10);
      String edges =
          "sum by (source_workload, destination_service_name, connection_security_policy)"
              + " (istio_requests_total{reporter=\"destination\",response_code=\"200\"})";
      mesh.await(
          "the calls are counted",
          () ->
              Prometheus.samples(port, edges).keySet().stream()
                  .anyMatch(
                      labels ->
                          labels.contains("source_workload=frontend-v1")
                              && labels.contains("destination_service_name=catalog")
                              && labels.contains("connection_security_policy=mutual_tls")));
    }
  }
}
