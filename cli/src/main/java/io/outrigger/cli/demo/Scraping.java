package io.outrigger.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells a Prometheus where the demo's sidecars are. */
final class Scraping {
  private Scraping() {}

  /** Writes a configuration that a Prometheus can be started with; its path. */
  static Path write(Path directory) throws IOException {
    StringBuilder targets = new StringBuilder();
    for (Instance instance : Instance.ALL) {
      targets
          .append("  - targets: ['127.0.0.1:")
          .append(instance.adminPort())
          .append("']\n    labels: {workload: ")
          .append(instance.name())
          .append("}\n");
    }
    Path file = directory.resolve("prometheus.yml");
    Files.writeString(
        file,
        """
        # The sidecars of the demo. On machines of your own: each sidecar's --admin-port.
        global: {scrape_interval: 2s}
        scrape_configs:
        - job_name: sidecars
          metrics_path: /stats/prometheus
          static_configs:
        """
            + targets);
    return file;
  }
}
