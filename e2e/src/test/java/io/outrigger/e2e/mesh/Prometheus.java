package io.outrigger.e2e.mesh;

import io.outrigger.e2e.Installed;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A real Prometheus on a port of loopback. */
public final class Prometheus {
  private Prometheus() {}

  /**
   * What runs it, with a configuration that it writes into the folder.
   *
   * @param targets addresses whose {@code /stats/prometheus} it reads every second
   */
  public static List<String> command(Path directory, int port, List<String> targets)
      throws IOException {
    Path config = directory.resolve("prometheus.yaml");
    Files.writeString(
        config,
        """
        global: {scrape_interval: 1s}
        scrape_configs:
        - job_name: proxies
          metrics_path: /stats/prometheus
          static_configs: [{targets: ['%s']}]
        """
            .formatted(String.join("', '", targets)));
    return List.of(
        Installed.prometheus(),
        "--config.file=" + config,
        "--storage.tsdb.path=" + directory.resolve("prometheus"),
        "--web.listen-address=127.0.0.1:" + port);
  }

  /** The samples of a query's answer by their labels. */
  public static Map<String, Double> samples(int port, String query) throws IOException {
    return PrometheusAnswer.samples(
        RawClient.get(
            port, "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8)));
  }
}
