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

/**
 * The pages of docs/tasks about the demo's scenarios: each command as it stands there. What the
 * scenarios assert themselves is run by bin/verify.
 */
class ScenarioPagesTest {
  @TempDir private Path directory;

  /** What a page's commands are run with while its scenario runs. */
  @FunctionalInterface
  private interface Commands {
    void run(Page page) throws IOException;
  }

  private void page(String name, Commands commands) throws IOException {
    Page page = new Page(name + ".md");
    assertThat(page.command("--check"))
        .isEqualTo("bin/outrigger demo --scenario " + name + " --check");
    String start = "bin/outrigger demo --scenario " + name;
    try (Program demo = page.start(start + "$", directory)) {
      try {
        Await.until(
            "the demo runs",
            Duration.ofSeconds(90),
            () -> demo.output().contains("docs/tasks/" + name + ".md"));
        commands.run(page);
      } catch (AssertionError | IOException e) {
        throw new AssertionError(e.getMessage() + "\n" + demo.output(), e);
      }
    }
  }

  /** How many of the lines that uniq -c counted are so. */
  private static int count(String counted, String line) {
    for (String one : counted.split("\n", -1)) {
      String[] words = one.strip().split(" ", 2);
      if (words.length == 2 && words[1].equals(line)) {
        return Integer.parseInt(words[0]);
      }
    }
    return 0;
  }

  /** Whether a command's output ends so, many times in a row. */
  private static boolean always(Page page, String words, String end) throws IOException {
    for (int i = 0; i < 20; i++) {
      if (!page.run(words).endsWith(end)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void shift() throws IOException {
    page(
        "shift",
        page -> {
          assertThat(page.run("x-user: tester")).contains("reviews v3: ★");
          String shares = page.run("seq 40");
          assertThat(count(shares, "reviews v1")).isBetween(5, 35);
          assertThat(count(shares, "reviews v1") + count(shares, "reviews v2")).isEqualTo(40);
        });
  }

  @Test
  void mirror() throws IOException {
    page(
        "mirror",
        page -> {
          assertThat(page.run("21001/reviews")).startsWith("reviews v1:");
          Await.until(
              "copies are counted",
              Duration.ofSeconds(20),
              () -> !page.run("upstream_rq_total").endsWith("upstream_rq_total: 0\n"));
          assertThat(page.run("behave")).contains("reviews-v3: fails 1.0, waits 2000 ms");
          assertThat(page.run("21001/reviews")).startsWith("reviews v1:");
        });
  }

  @Test
  void fault() throws IOException {
    page(
        "fault",
        page -> {
          String delayed = page.run("x-chaos: delay");
          assertThat(delayed).startsWith("reviews v1:").contains("\n200 after ");
          String seconds = delayed.substring(delayed.indexOf("after ") + 6);
          assertThat(Double.parseDouble(seconds.substring(0, seconds.indexOf(' '))))
              .isGreaterThanOrEqualTo(0.7);
          String aborted = page.run("x-chaos: abort");
          assertThat(count(aborted, "418")).isBetween(1, 19);
          assertThat(count(aborted, "418") + count(aborted, "200")).isEqualTo(20);
          assertThat(page.run("curl -s http://127.0.0.1:21001")).startsWith("reviews v1:");
        });
  }

  @Test
  void retry() throws IOException {
    page(
        "retry",
        page -> {
          assertThat(count(page.run("seq 20"), "200")).isEqualTo(20);
          assertThat(page.run("upstream_rq_retry"))
              .containsPattern("upstream_rq_retry: [1-9]")
              .containsPattern("upstream_rq_retry_success: [1-9]");
          assertThat(count(page.run("x-retries: off"), "500")).isBetween(1, 30);
          assertThat(page.run("explain"))
              .containsPattern("retries +at most 2 +VirtualService shop/reviews +demo/scenarios");
        });
  }

  @Test
  void breaker() throws IOException {
    page(
        "breaker",
        page -> {
          Await.until(
              "version 2 is ejected",
              Duration.ofSeconds(20),
              () -> page.run("failed_outlier_check").contains("127.0.0.1:20022::"));
          String versions = page.run("seq 20");
          assertThat(count(versions, "reviews v1") + count(versions, "reviews v3")).isEqualTo(20);
          Await.until(
              "the demo's own readers find no room",
              Duration.ofSeconds(20),
              () -> page.run("pending_overflow").matches("(?s).*overflow: [1-9].*"));
        });
  }

  @Test
  void authz() throws IOException {
    page(
        "authz",
        page -> {
          assertThat(page.run("22001 http://ratings")).isEqualTo("RBAC: access denied 403\n");
          assertThat(page.run("22022 http://ratings")).isEqualTo("5\n");
          assertThat(page.run("grep rbac")).contains("ratings-for-reviews").contains("sa/frontend");
        });
  }

  @Test
  void jwt() throws IOException {
    page(
        "jwt",
        page -> {
          String noToken = "w ' %{http_code}\\n' http:";
          // a connection from before the policy keeps what was in force then, until it is drained
          Await.until(
              "no connection is left that needs no token",
              Duration.ofSeconds(20),
              () -> always(page, noToken, " 403\n"));
          assertThat(page.run("reader.jwt")).startsWith("reviews v");
          assertThat(page.run("guest.jwt")).endsWith(" 403\n");
          assertThat(page.run("expired.jwt")).contains("Jwt is expired").endsWith(" 401\n");
          assertThat(page.run("forged.jwt")).contains("Jwt verification fails").endsWith(" 401\n");
        });
  }

  @Test
  void ratelimit() throws IOException {
    page(
        "ratelimit",
        page -> {
          // the bucket is full when the limit comes into force
          Await.until(
              "the first search that is counted",
              Duration.ofSeconds(20),
              () ->
                  page.run("22031 http://catalog:9080/search")
                      .matches(
                          "(?s)HTTP/1.1 200.*x-ratelimit-limit: 5\r\n.*-remaining: 4\r\n.*edition\n"));
          String searches = page.run("22021 http://catalog:9080/search");
          assertThat(count(searches, "200")).isBetween(5, 9);
          assertThat(count(searches, "200") + count(searches, "429")).isEqualTo(10);
          assertThat(count(page.run("22021 http://catalog:9080/books"), "200")).isEqualTo(10);
        });
  }
}
