package io.outrigger.e2e.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import io.outrigger.e2e.Page;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services that only a real Consul knows. */
class ConsulTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path directory;

  @BeforeAll
  static void consul() {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of(Installed.consul())),
        "SKIPPED: no Consul agent to test with; bin/tools says what it needs to build one");
  }

  private static String page(int port, String path) throws IOException {
    try (RawClient client = new RawClient(port)) {
      client.send("GET " + path + " HTTP/1.1\r\nhost: localhost\r\n\r\n");
      return client.response(false);
    }
  }

  @Test
  void servicesComeFailAndGoAndTheAgentsLossIsSaid() throws Exception {
    List<Integer> free = FreePorts.find(3);
    int pages = free.get(2);
    try (Agent agent = new Agent(directory).start();
        Program control =
            Program.start(
                "control",
                List.of(
                    Installed.outrigger(),
                    "control",
                    "--consul",
                    agent.address(),
                    "--consul-kv",
                    "mesh/",
                    "--state-dir",
                    directory.resolve("control").toString(),
                    "--port",
                    free.get(0).toString(),
                    "--plaintext-port",
                    free.get(1).toString(),
                    "--monitoring-port",
                    Integer.toString(pages)),
                Map.of("OUTRIGGER_BUILD", "never"),
                directory.resolve("control.log"))) {
      try {
        life(agent, control, pages);
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "\n" + control.output(), e);
      }
    }
  }

  private static void life(Agent agent, Program control, int pages) throws Exception {
    Await.until("the control plane serves", LONG, () -> page(pages, "/ready").contains("200"));
    Await.until("cart registers", LONG, () -> register(agent, "cart-1", 9081));
    assertThat(register(agent, "cart-2", 9082)).isTrue();
    assertThat(agent.put("/v1/agent/check/pass/service:cart-1", "")).isTrue();
    Await.until(
        "one of two passes", LONG, () -> endpoints(pages, "9081") && !endpoints(pages, "9082"));
    assertThat(agent.put("/v1/agent/check/warn/service:cart-2", "")).isTrue();
    Await.until(
        "a warning will do", LONG, () -> endpoints(pages, "9081") && endpoints(pages, "9082"));
    assertThat(agent.put("/v1/agent/check/fail/service:cart-1", "")).isTrue();
    Await.until("the critical one is out", LONG, () -> !endpoints(pages, "9081"));

    assertThat(
            agent.put(
                "/v1/kv/mesh/cart",
                "kind: VirtualService\napiVersion: networking.istio.io/v1\nmetadata: {name: x}\nspec: {hots: [a]}"))
        .isTrue();
    Await.until(
        "the key is named",
        LONG,
        () -> control.output().contains("refused consul key mesh/cart:4"));

    agent.kill();
    Await.until(
        "stale is said",
        LONG,
        () -> page(pages, "/debug/sources").contains("services: STALE, since 20"));
    assertThat(page(pages, "/metrics")).doesNotContain("outrigger_consul_stale_seconds 0");
    assertThat(control.output()).contains("isn't reached").contains("stale since 20");
    assertThat(endpoints(pages, "9082")).isTrue();

    agent.start();
    Await.until(
        "it heals by itself",
        LONG,
        () -> page(pages, "/metrics").contains("outrigger_consul_stale_seconds 0"));
    Await.until(
        "a new one is seen",
        LONG,
        () ->
            register(agent, "cart-3", 9083)
                && agent.put("/v1/agent/check/pass/service:cart-3", "")
                && endpoints(pages, "9083"));
    assertThat(page(pages, "/debug/sources")).doesNotContain("STALE").contains("services: watched");
    for (String id : List.of("cart-1", "cart-2", "cart-3")) {
      assertThat(agent.put("/v1/agent/service/deregister/" + id, "")).isTrue();
    }
    Await.until("cart is gone", LONG, () -> !page(pages, "/debug/registryz").contains("cart"));
  }

  private static boolean register(Agent agent, String id, int port) throws Exception {
    return agent.put(
        "/v1/agent/service/register",
        """
        {"ID": "%s", "Name": "cart", "Port": %d, "Address": "127.0.0.1", "Tags": ["v1"],
         "Meta": {"outrigger-service-port": "9080"}, "Check": {"TTL": "10m"}}
        """
            .formatted(id, port));
  }

  private static boolean endpoints(int pages, String port) throws IOException {
    return page(pages, "/debug/endpointz").contains(port);
  }

  @Test
  void aMeshedCallBetweenServicesThatOnlyConsulKnows() throws Exception {
    Page page = new Page("../getting-started-consul.md");
    Path made = Installed.home().resolve("target/consul");
    delete(made);
    Files.createDirectories(made);
    try (Program agent = page.start("consul agent", directory);
        Program control = page.start("bin/outrigger control", directory)) {
      Await.until("the control plane serves", LONG, () -> page(15014, "/ready").contains("200"));
      page.run("--service-account ratings");
      page.run("--service-account reviews");
      try (Program ratings = page.start("--service ratings", directory);
          Program reviews = page.start("--service reviews", directory)) {
        try {
          Await.until(
              "the call", LONG, () -> page.run("127.0.0.1:9081/").equals("reviews v2: *****\n"));
          Await.until(
              "by Consul's name",
              LONG,
              () -> page.run("http://ratings.service.consul/").equals("5\n"));
          policy(page);
          maintenance(page);
          assertThat(page.run("/debug/sources")).contains("keys: watched", "services: watched");
          ratings.terminate();
          ratings.awaitExit(LONG);
          assertThat(ratings.output()).contains("no longer in Consul's catalog: ratings");
          assertThat(page(8500, "/v1/catalog/service/ratings").strip()).endsWith("[]");
        } catch (AssertionError e) {
          throw new AssertionError(
              e.getMessage() + "\n" + control.output() + ratings.output() + reviews.output(), e);
        }
      }
      assertThat(agent.alive()).isTrue();
    }
  }

  private static void policy(Page page) throws IOException {
    page.run("mesh/policy");
    page.run("mesh/ratings");
    Await.until("the fault", LONG, () -> page.run("x-user: ann").equals("418\n"));
    assertThat(page.run("127.0.0.1:9081/")).isEqualTo("reviews v2: *****\n");
    // no certificate, no entry
    Await.until(
        "plain text is refused",
        LONG,
        () -> {
          try (RawClient client = new RawClient(20031)) {
            client.send("GET / HTTP/1.1\r\nhost: ratings\r\n\r\n");
            return client.response(false).isEmpty();
          } catch (IOException refused) {
            return true;
          }
        });
  }

  private static void maintenance(Page page) throws IOException {
    String instance = "ratings";
    page.run("maint -enable -service=" + instance);
    Await.until("nobody is left to ask", LONG, () -> page.run("127.0.0.1:9081/").contains("503"));
    page.run("maint -disable -service=" + instance);
    Await.until(
        "it is back", LONG, () -> page.run("127.0.0.1:9081/").equals("reviews v2: *****\n"));
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
