package io.outrigger.e2e.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Page;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/tasks/ratelimit-server.md: the server, a proxy that asks it, and a real Redis. */
class RateLimitPageTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path directory;

  @Test
  void aLimitForAllReplicas() throws IOException {
    Page page = new Page("ratelimit-server.md");
    try (Program server = page.start("--response-headers", directory);
        Program proxy = page.start("bin/outrigger proxy", directory)) {
      // each look is of a user of its own that has no limit to use up
      Await.until(
          "the proxy asks the server",
          LONG,
          () ->
              server.output().contains("/metrics")
                  && page.tryRun("x-user: bob").contains("ratelimit-remaining: "));
      // two windows at most
      assertThat(page.run("x-user: ann").lines().toList().subList(0, 3)).containsOnly("200");
      assertThat(page.run("x-user: ann")).contains("429");
      assertThat(page.run("x-user: trial")).isEqualTo("200\n200\n200\n");
      assertThat(page.run("grep shadow_mode")).contains("shop.user_trial");
      assertThat(proxy.alive()).isTrue();
    }
  }

  @Test
  void withRedis() throws IOException {
    Page page = new Page("ratelimit-server.md");
    try (Program redis = page.start("redis-server", directory);
        Program server = page.start("--redis-away DENY", directory)) {
      Await.until("Redis serves", LONG, () -> redis.output().contains("Ready to accept"));
      Await.until("the server serves", LONG, () -> server.output().contains("/metrics"));
    }
  }
}
