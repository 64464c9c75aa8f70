package io.outrigger.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Page;
import io.outrigger.e2e.tracing.Zipkin;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demo's own mesh in a real Prometheus and a real Zipkin, by the commands that docs/tasks/
 * prometheus.md and zipkin.md tell a reader.
 */
class DemoTelemetryTest {
  @TempDir private Path directory;

  @Test
  void ratesOfWhoCallsWhomAndWholeTraces() throws IOException {
    Page prometheus = new Page("prometheus.md");
    Page zipkin = new Page("zipkin.md");
    assertThat(zipkin.command("bin/outrigger")).startsWith(prometheus.command("bin/outrigger"));
    try (Zipkin spans = Zipkin.start(9411, directory);
        Program demo = zipkin.start("bin/outrigger demo", directory)) {
      await("the demo runs", demo, () -> demo.output().contains("Running after"));
      try (Program server = prometheus.start("prometheus --config.file", directory)) {
        await("Prometheus", server, () -> RawClient.get(9090, "/-/ready").contains("200 OK"));
        String pair = "{destination_canonical_service=%s, source_canonical_service=%s}";
        String toCatalog = pair.formatted("catalog", "frontend");
        String toReviews = pair.formatted("reviews", "frontend");
        String toRatings = pair.formatted("ratings", "reviews");
        await(
            "rates of all who call",
            server,
            () -> {
              Map<String, Double> rates = rates(prometheus, "sum by (source_canonical");
              assertThat(rates.keySet()).isSubsetOf(toCatalog, toReviews, toRatings);
              return rates.size() == 3
                  && rates.get(toRatings) > 0
                  && rates.get(toReviews) > rates.get(toRatings)
                  && rates.get(toCatalog) > rates.get(toRatings);
            });
        await(
            "shares of the versions",
            server,
            () -> {
              Map<String, Double> shares = rates(prometheus, "sum by (destination_version)");
              return shares.get("{destination_version=v1}") > shares.get("{destination_version=v2}")
                  && !shares.containsKey("{destination_version=v3}");
            });
        assertThat(rates(prometheus, "!=\"mutual_tls\"")).isEmpty();
        assertThat(rates(prometheus, "histogram_quantile")).hasSize(3);
      }
      spans.awaitReady();
      await(
          "a whole trace",
          demo,
          () ->
              Zipkin.shapes(zipkin.run("curl"))
                  .equals(
                      List.of(
                          List.of(
                              "CLIENT frontend.shop of nothing",
                              "SERVER ratings.shop of CLIENT reviews.shop",
                              "CLIENT reviews.shop of SERVER reviews.shop",
                              "SERVER reviews.shop of CLIENT frontend.shop"))));
    }
  }

  private static Map<String, Double> rates(Page page, String words) throws IOException {
    return PrometheusAnswer.samples(page.run(words));
  }

  private static void await(String what, Program program, Await.Condition condition)
      throws IOException {
    try {
      Await.until(what, Duration.ofSeconds(120), condition);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + program.output(), e);
    }
  }
}
