package io.outrigger.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Upstreams' processes that answer wrongly or slowly, behind our proxy and behind a real Envoy: the
 * same answers, flags, details and retries; other requests go on; and no POST is executed twice
 * where only what nobody can have seen is tried again.
 */
final class MisbehavingTest {
  /** How ours begins, by HTTP/1.1, where docs/COMPAT.md has another answer of Envoy's. */
  private static final Map<String, String> DIFFERENT =
      Map.of("head-broken-off", "503", "bad-status", "502", "upgraded", "502");

  @TempDir private static Path directory;
  private static Misled envoy;
  private static Misled ours;

  @BeforeAll
  static void start() throws IOException {
    envoy = new Misled("envoy", Files.createDirectories(directory.resolve("envoy")));
    ours = new Misled("outrigger", Files.createDirectories(directory.resolve("outrigger")));
  }

  @AfterAll
  static void stop() {
    ours.close();
    envoy.close();
  }

  /** What is asked of one of the two. */
  private interface Questions {
    Map<String, String> ask(Misled proxy) throws Exception;
  }

  private static void same(Questions questions) throws Exception {
    CompletableFuture<Map<String, String>> theirs = async(() -> questions.ask(envoy));
    Map<String, String> found = questions.ask(ours);
    SoftAssertions softly = new SoftAssertions();
    theirs
        .join()
        .forEach(
            (what, answer) -> {
              String other =
                  DIFFERENT.get(what.replaceFirst("^(once|retrying|careful)-[a-z]*-", ""));
              if (other == null) {
                softly.assertThat(found.get(what)).as(what).isEqualTo(answer);
              } else {
                softly.assertThat(found.get(what)).as(what).startsWith(other);
              }
            });
    softly.assertAll();
  }

  private static <T> CompletableFuture<T> async(Callable<T> action) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return action.call();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  @Test
  void wrongAnswers() throws Exception {
    same(
        proxy -> {
          Map<String, String> out = new LinkedHashMap<>();
          for (Misbehaviour kind : Misbehaviour.wrong()) {
            for (String method : List.of("GET", "POST")) {
              for (String host : List.of("once", "retrying", "careful", "http2")) {
                proxy.ask(method, host, kind, 5, out);
              }
            }
          }
          return proxy.logged(out);
        });
    assertThat(ours.executed("careful-post").values())
        .hasSizeGreaterThan(15)
        .allMatch(times -> times == 1);
  }

  @Test
  void slowAnswers() throws Exception {
    List<Misbehaviour> http1 =
        List.of(
            Misbehaviour.DRIP,
            Misbehaviour.SLOW_DRIP,
            Misbehaviour.ENDLESS_HEAD,
            Misbehaviour.SILENT,
            Misbehaviour.STALLED_BODY);
    same(
        proxy -> {
          Map<String, String> out = new LinkedHashMap<>();
          for (Misbehaviour kind : http1) {
            slowly(proxy, "GET", "slow", kind, 0, out);
            slowly(proxy, "POST", "slow", kind, 5, out);
          }
          slowly(proxy, "POST", "slow", Misbehaviour.DEAF, 16 << 20, out);
          slowly(proxy, "POST", "slow-http2", Misbehaviour.ZERO_WINDOW, 200_000, out);
          return proxy.logged(out);
        });
  }

  /** While it lasts, another request is answered. */
  private static void slowly(
      Misled proxy,
      String method,
      String host,
      Misbehaviour kind,
      int body,
      Map<String, String> into)
      throws Exception {
    int before = proxy.executed().size();
    CompletableFuture<Boolean> slow =
        async(
            () -> {
              proxy.ask(method, host, kind, body, into);
              return true;
            });
    proxy.await(kind + " begins", () -> slow.isDone() || proxy.executed().size() > before);
    assertThat(proxy.answersAtOnce()).as("a request beside %s", kind).isTrue();
    assertThat(slow.isDone()).as("%s is over: %s", kind, into).isFalse();
    slow.join();
  }
}
