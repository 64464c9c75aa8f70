package io.outrigger.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Page;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/tasks/extend.md: the example's jar, which the build has made, in a proxy process. */
class ExtendPageTest {
  @TempDir private Path directory;

  @Test
  void aFilterOfOnesOwn() throws IOException {
    Page page = new Page("extend.md");
    try (Program proxy = page.start("bin/outrigger proxy", directory)) {
      Await.until(
          "the proxy serves",
          Duration.ofSeconds(60),
          () -> proxy.output().contains("state LIVE") || !proxy.output().isEmpty() && ready(page));
      assertThat(page.run("x-user: ann")).startsWith("HTTP/1.1 200").contains("x-greeted: yes");
      assertThat(page.run("x-user: mallory"))
          .startsWith("HTTP/1.1 403")
          .endsWith("not you, mallory\n");
      assertThat(page.run("outrigger/filters$"))
          .matches("acme.filters.v1.Hello {2}hello-filter-1.0.0.jar {2}on {2}strikes \\d\n");
      assertThat(page.run("enable=n")).isEqualTo("OK\n");
      assertThat(page.run("outrigger/filters$")).contains("off: by hand");
      assertThat(page.run("x-user: ann")).startsWith("HTTP/1.1 500");
    }
  }

  private static boolean ready(Page page) throws IOException {
    return page.run("x-user: ann").startsWith("HTTP/1.1 ");
  }
}
