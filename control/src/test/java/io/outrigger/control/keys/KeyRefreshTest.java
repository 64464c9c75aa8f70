package io.outrigger.control.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.source.Ingest;
import io.outrigger.control.source.ParsedFile;
import io.outrigger.control.world.Applied;
import io.outrigger.control.world.WorldBuilder;
import io.outrigger.control.world.Worlds;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real server as the issuer, and what becomes of its keys in the world. */
class KeyRefreshTest {
  private static final String FIRST = "{\"keys\":[{\"kid\":\"first\"}]}";
  private static final String SECOND = "{\"keys\":[{\"kid\":\"second\"}]}";

  private final LinkedBlockingQueue<Applied> applied = new LinkedBlockingQueue<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer issuer;
  private KeyRefresh keys;
  private Ingest ingest;
  private volatile String answer = FIRST;

  @BeforeEach
  void start() throws IOException {
    issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.setExecutor(threads);
    issuer.createContext("/", this::serve);
    issuer.start();
    Worlds worlds = new Worlds(WorldBuilder.empty());
    ingest = new Ingest(worlds, MeshConfig.DEFAULT);
    keys = new KeyRefresh(Duration.ofMillis(20), Duration.ofMillis(20), ingest::fetched);
    worlds.onApplied(
        news -> {
          applied.add(news);
          keys.want(news.world().requestAuthentications().sources());
        });
  }

  @AfterEach
  void stop() {
    keys.close();
    over.countDown();
    issuer.stop(0);
    threads.close();
  }

  private String issuer() {
    return "http://127.0.0.1:" + issuer.getAddress().getPort();
  }

  private void serve(HttpExchange exchange) throws IOException {
    String said = answer;
    try (exchange) {
      if (said.equals("hang")) {
        over.await();
        return;
      }
      String path = exchange.getRequestURI().getPath();
      if (said.equals("500")) {
        exchange.sendResponseHeaders(500, -1);
      } else if (path.equals("/round")) {
        exchange.getResponseHeaders().set("location", "/round");
        exchange.sendResponseHeaders(302, -1);
      } else {
        String body =
            path.equals("/.well-known/openid-configuration")
                ? "{\"issuer\":\"x\",\"jwks_uri\":\"" + issuer() + "/moved\"}"
                : said;
        if (path.equals("/moved")) {
          exchange.getResponseHeaders().set("location", "/keys");
          exchange.sendResponseHeaders(302, -1);
          return;
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void rule(String rule) {
    String yaml =
        """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: a, namespace: n}
        spec: {jwtRules: [%s]}
        """
            .formatted(rule);
    ingest.changed(
        Map.of("a.yaml", ParsedFile.parse("a.yaml", yaml.getBytes(StandardCharsets.UTF_8))),
        System.nanoTime());
  }

  private void until(String what, Predicate<Applied> holds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    String last = "nothing";
    while (System.nanoTime() < deadline) {
      Applied next = applied.poll(1, TimeUnit.SECONDS);
      if (next != null && holds.test(next)) {
        return;
      }
      last = next == null ? last : jwks(next) + " " + next.problems();
    }
    throw new AssertionError(what + " did not come; " + last);
  }

  private static String jwks(Applied applied) {
    return applied.world().requestAuthentications().of("n", Map.of()).getFirst().jwks();
  }

  private static boolean warns(Applied applied, String... words) {
    String all =
        applied.problems().stream().map(Problem::toString).reduce("", (a, b) -> a + b + "\n");
    for (String word : words) {
      if (!all.contains(word)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void keysRotateAndOutliveTheirServer() throws Exception {
    rule("{issuer: i, jwksUri: '" + issuer() + "/keys'}");
    until("nobody's keys at first", news -> jwks(news).contains("nothing-was-fetched"));
    until("the first keys", news -> jwks(news).equals(FIRST));
    answer = SECOND;
    until("the second keys", news -> jwks(news).equals(SECOND));
    answer = "500";
    until(
        "a warning",
        news ->
            jwks(news).equals(SECOND)
                && warns(
                    news,
                    "a.yaml:1:1: warning: RequestAuthentication n/a: spec.jwtRules[0]: the keys of"
                        + " i could not be fetched: ",
                    "/keys answers 500; those that were fetched before hold"));
    answer = FIRST;
    until("its end", news -> jwks(news).equals(FIRST) && news.problems().isEmpty());
    issuer.stop(0);
    until("a warning again", news -> jwks(news).equals(FIRST) && warns(news, "ConnectException"));
  }

  @Test
  void anIssuersDiscoveryDocumentLeadsToItsKeys() throws Exception {
    rule("{issuer: '" + issuer() + "/'}");
    until("keys behind a redirect", news -> jwks(news).equals(FIRST));
  }

  @Test
  void whatIsNoKeySetIsRefused() throws Exception {
    answer = "{\"keys\":[]}";
    rule("{issuer: i, jwksUri: '" + issuer() + "/keys'}");
    until(
        "no JWKS",
        news ->
            jwks(news).contains("nothing-was-fetched")
                && warns(news, "answers no JWKS", "tokens of this issuer are refused until"));
    answer = "{\"keys\":[{\"kid\":\"" + "x".repeat(2 << 20) + "\"}]}";
    until("too long", news -> warns(news, "1048576") || warns(news, "exceeded"));
    answer = "{";
    until("no JSON", news -> warns(news, "answers no JWKS"));
    rule("{issuer: i, jwksUri: '" + issuer() + "/round'}");
    until("redirects without end", news -> warns(news, "/round answers 302"));
    assertThat(applied).allMatch(news -> jwks(news).contains("nothing-was-fetched"));
  }

  @Test
  void aServerThatHangsHoldsNothingUp() throws Exception {
    answer = "hang";
    rule("{issuer: i, jwksUri: '" + issuer() + "/keys', timeout: 50ms}");
    until("a time-out", news -> warns(news, "/keys has not answered within 50 ms"));
    answer = FIRST;
    until("the keys after it", news -> jwks(news).equals(FIRST));
  }
}
