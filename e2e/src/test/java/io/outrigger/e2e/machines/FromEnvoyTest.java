package io.outrigger.e2e.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Page;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.Program;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/coming-from-envoy.md. */
class FromEnvoyTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path directory;

  @Test
  void thePagesCommands() throws Exception {
    Page page = new Page("../coming-from-envoy.md");
    page.run("--mode validate");
    try (Program proxy = page.start("bin/outrigger proxy -c", directory)) {
      Await.until("it serves", LONG, () -> page.run("19900/$").equals("front\n"));
      assertThat(page.run("19900/reviews")).isEqualTo("503\n");
      assertThat(page.run("/stats?filter"))
          .isEqualTo("cluster.reviews.upstream_cx_connect_fail: 3\n");
      assertThat(page.run("/config_dump")).contains("type.googleapis.com/envoy.admin.v3");
      assertThat(page.run("/clusters")).contains("reviews::127.0.0.1:19908::");
      assertThat(proxy.alive()).isTrue();
    }
  }
}
