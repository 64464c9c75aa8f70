package io.outrigger.e2e.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Page;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/tasks/gateway.md, its commands as they stand there. */
class GatewayPageTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path directory;

  @Test
  void aShopBehindAGateway() throws IOException {
    Page page = new Page("gateway.md");
    page.run("mkdir");
    page.run("openssl");
    page.run("printf");
    try (Program control = page.start("outrigger control", directory)) {
      Await.until("the control plane serves", LONG, () -> control.output().contains("/debug"));
      page.run("outrigger token");
      try (Program gateway = page.start("outrigger gateway", directory);
          Program server = page.start("http.server", directory)) {
        Await.until(
            "the shop is reached",
            LONG,
            () ->
                gateway.alive()
                    && server.alive()
                    && page.tryRun("https://shop").contains("A shop"));
        assertThat(page.run("http://shop"))
            .startsWith("HTTP/1.1 301")
            .contains("location: https://shop.localhost");
      }
    }
  }
}
