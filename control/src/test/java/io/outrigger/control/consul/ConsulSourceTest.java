package io.outrigger.control.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.control.istio.ServiceEntry;
import io.outrigger.control.istio.WorkloadEntry;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.source.ParsedFile;
import io.outrigger.control.source.ResourceReader;
import io.outrigger.control.source.Sink;
import io.outrigger.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConsulSourceTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  /** What was handed on last of each object. */
  private static final class Seen implements Sink {
    private final Map<String, ParsedFile> objects = new ConcurrentHashMap<>();

    @Override
    public void changed(Map<String, ParsedFile> changed, long seenNanos) {
      objects.putAll(changed);
    }

    @Override
    public boolean removesEndpoints(String file, ParsedFile content) {
      return false;
    }

    List<ResourceReader.Read> of(String name) {
      ParsedFile file = objects.get(name);
      return file == null ? List.of() : file.documents();
    }

    List<String> addresses(String service) {
      return of("consul service " + service).stream()
          .map(ResourceReader.Read::resource)
          .filter(Objects::nonNull)
          .filter(r -> r.spec() instanceof WorkloadEntry)
          .map(r -> ((WorkloadEntry) r.spec()).address())
          .toList();
    }

    ServiceEntry service(String service) {
      return of("consul service " + service).stream()
          .map(read -> Objects.requireNonNull(read.resource()).spec())
          .filter(ServiceEntry.class::isInstance)
          .map(ServiceEntry.class::cast)
          .findFirst()
          .orElseThrow();
    }
  }

  private static String instance(String id, String address, int port, String status, String more) {
    return """
        {"Node": {"Node": "n1", "Address": "10.0.0.1", "Datacenter": "dc1", "Meta": {"zone": "a"}},
         "Service": {"ID": "%s", "Service": "x", "Address": "%s", "Port": %d,
           "Weights": {"Passing": 3, "Warning": 1}%s},
         "Checks": [{"Status": "passing"}, {"Status": "%s"}]}"""
        .formatted(id, address, port, more, status);
  }

  private static void with(FakeAgent agent, @Nullable String keyPrefix, Body body)
      throws Exception {
    Seen seen = new Seen();
    ConsulAddress address = new ConsulAddress(agent.uri(), null, "dc1", keyPrefix);
    try (ConsulSource source = new ConsulSource(address, seen)) {
      body.run(source, seen);
    }
  }

  private interface Body {
    void run(ConsulSource source, Seen seen) throws Exception;
  }

  @Test
  void instancesAreWhatConsulSaysOfThem() throws Exception {
    try (FakeAgent agent = new FakeAgent()) {
      agent.say("/v1/catalog/services", 200, 5, "{\"consul\": [], \"cart\": [\"v2\"]}");
      agent.say(
          "/v1/health/service/cart",
          200,
          6,
          "["
              + instance(
                  "c1",
                  "",
                  9080,
                  "passing",
                  ",\"Tags\":[\"v2\",\"env=test\"],\"Meta\":{\"team\":\"a\",\"outrigger-service-account\":\"cart\"}")
              + ","
              + instance("c2", "10.0.0.3", 9080, "warning", "")
              + ","
              + instance("c3", "10.0.0.4", 9080, "critical", "")
              + ","
              + instance("c4", "10.0.0.5", 20000, "passing", ",\"Kind\":\"connect-proxy\"")
              + "]");
      with(
          agent,
          null,
          (source, seen) -> {
            source.start();
            assertThat(seen.addresses("cart")).containsExactly("10.0.0.1", "10.0.0.3");
            ServiceEntry cart = seen.service("cart");
            assertThat(cart.hosts()).containsExactly("cart.service.consul");
            assertThat(cart.ports().stream().map(ServiceEntry.Port::number))
                .containsExactly(80, 9080);
            List<WorkloadEntry> entries =
                seen.of("consul service cart").stream()
                    .map(read -> Objects.requireNonNull(read.resource()).spec())
                    .filter(WorkloadEntry.class::isInstance)
                    .map(WorkloadEntry.class::cast)
                    .toList();
            WorkloadEntry first = entries.getFirst();
            assertThat(first.labels())
                .containsEntry("version", "v2")
                .containsEntry("env", "test")
                .containsEntry("team", "a")
                .containsEntry("app", "cart")
                .doesNotContainKey("outrigger-service-account");
            assertThat(first.serviceAccount()).isEqualTo("cart");
            assertThat(first.mutualTls()).isTrue();
            assertThat(first.weight()).isEqualTo(3);
            assertThat(first.locality()).isEqualTo("dc1/a");
            assertThat(entries.get(1).weight()).isEqualTo(1);
            assertThat(entries.get(1).mutualTls()).isFalse();
            assertThat(source.state())
                .containsOnlyKeys("protocols", "services", "consul service cart");
            assertThat(source.state().values()).containsOnly("");
          });
    }
  }

  @Test
  void anIndexThatGoesBackIsAskedAnew() throws Exception {
    try (FakeAgent agent = new FakeAgent()) {
      agent.say("/v1/catalog/services", 200, 900, "{\"cart\": []}");
      agent.say(
          "/v1/health/service/cart",
          200,
          900,
          "[" + instance("c", "10.0.0.2", 80, "passing", "") + "]");
      with(
          agent,
          null,
          (source, seen) -> {
            source.start();
            // as after a restored snapshot: lower than what is waited for
            agent.say(
                "/v1/health/service/cart",
                200,
                7,
                "[" + instance("c", "10.0.0.9", 80, "passing", "") + "]");
            Await.until(
                "new address", LONG, () -> seen.addresses("cart").equals(List.of("10.0.0.9")));
            agent.say("/v1/health/service/cart", 200, 8, "[]");
            Await.until("none left", LONG, () -> seen.addresses("cart").isEmpty());
          });
    }
  }

  @Test
  void whatCannotBeUsedIsSaidAndWhatWasSeenStays() throws Exception {
    try (FakeAgent agent = new FakeAgent()) {
      agent.say("/v1/catalog/services", 200, 5, "{\"cart\": []}");
      agent.say(
          "/v1/health/service/cart",
          200,
          6,
          "[" + instance("c", "10.0.0.2", 80, "passing", "") + "]");
      with(
          agent,
          null,
          (source, seen) -> {
            source.start();
            for (Map.Entry<String, Runnable> trouble :
                Map.<String, Runnable>of(
                        "with no JSON: <html>",
                        () -> agent.say("/v1/health/service/cart", 200, 9, "<html>: [a: {"),
                        "without X-Consul-Index: is it a Consul agent?",
                        () -> agent.say("/v1/health/service/cart", 200, -1, "[]"),
                        "give a token by --consul-token-file: node:read",
                        () -> agent.say("/v1/health/service/cart", 403, -1, "Permission denied"),
                        "knows no datacenter \"dc1\" (--consul-datacenter)",
                        () ->
                            agent.say("/v1/health/service/cart", 500, -1, "No path to datacenter"),
                        "with more than 64 MB",
                        () -> agent.say("/v1/health/service/cart", 200, 9, " ".repeat(65 << 20)))
                    .entrySet()) {
              trouble.getValue().run();
              Await.until(
                  trouble.getKey() + " in " + source.state(),
                  LONG,
                  () ->
                      String.valueOf(source.state().get("consul service cart"))
                          .contains(trouble.getKey()));
              assertThat(seen.addresses("cart")).containsExactly("10.0.0.2");
              assertThat(printed(source)).doesNotContain("stale_seconds 0\n");
            }
            agent.say(
                "/v1/health/service/cart",
                200,
                2,
                "[" + instance("c", "10.0.0.3", 80, "passing", "") + "]");
            Await.until("fresh", LONG, () -> seen.addresses("cart").equals(List.of("10.0.0.3")));
            assertThat(printed(source)).contains("stale_seconds 0\n");
            assertThat(source.state().values()).containsOnly("");
          });
    }
  }

  private static String printed(ConsulSource source) {
    StringBuilder out = new StringBuilder();
    source.print(out);
    return out.toString();
  }

  @Test
  void aThousandServicesTakeFewConnectionsAndEachChangeIsSeen() throws Exception {
    try (FakeAgent agent = new FakeAgent()) {
      String names =
          IntStream.range(0, 1000)
              .mapToObj(i -> "\"s" + i + "\": []")
              .collect(Collectors.joining(",", "{", "}"));
      agent.say("/v1/catalog/services", 200, 5, names);
      for (int i = 0; i < 1000; i++) {
        agent.say(
            "/v1/health/service/s" + i,
            200,
            6,
            "[" + instance("s", "10.1.0.1", 80, "passing", "") + "]");
      }
      with(
          agent,
          null,
          (source, seen) -> {
            source.start();
            assertThat(seen.objects).hasSize(1000);
            int before = agent.asked();
            for (int i = 0; i < 1000; i++) {
              agent.say(
                  "/v1/health/service/s" + i,
                  200,
                  7,
                  "[" + instance("s", "10.1.0.2", 80, "passing", "") + "]");
            }
            agent.say("/v1/health/state/critical", 200, 7, "[]");
            Await.until(
                "all changes",
                LONG,
                () ->
                    IntStream.range(0, 1000)
                        .allMatch(i -> seen.addresses("s" + i).equals(List.of("10.1.0.2"))));
            assertThat(agent.mostOpen()).isLessThanOrEqualTo(160);
            assertThat(agent.asked() - before).isLessThan(5000);
          });
    }
  }

  @Test
  void resourcesOfTheStoreAreNamedByTheirKeys() throws Exception {
    try (FakeAgent agent = new FakeAgent()) {
      agent.say("/v1/catalog/services", 200, 5, "{}");
      agent.say(
          "/v1/kv/mesh/prod",
          200,
          6,
          keys(
              "mesh/prod/cart",
              "kind: VirtualService\napiVersion: networking.istio.io/v1\nmetadata: {name: a}\nspec: {hots: []}"));
      with(
          agent,
          "mesh/prod",
          (source, seen) -> {
            source.start();
            assertThat(
                    seen.of("consul key mesh/prod/cart").stream()
                        .flatMap(read -> read.problems().stream())
                        .map(Problem::toString))
                .anyMatch(
                    line ->
                        line.startsWith("consul key mesh/prod/cart:4:") && line.contains("hosts"));
            agent.say("/v1/kv/mesh/prod", 404, 7, "");
            Await.until(
                "the key is gone",
                LONG,
                () -> ParsedFile.absent().equals(seen.objects.get("consul key mesh/prod/cart")));
          });
    }
  }

  private static String keys(String key, String value) {
    return "[{\"Key\":\"mesh/prod/\",\"Value\":null},{\"Key\":\"%s\",\"Value\":\"%s\"}]"
        .formatted(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void addressesAreChecked() throws IOException {
    assertThat(ConsulAddress.agent("https://consul.example:8501/"))
        .hasToString("https://consul.example:8501");
    for (String wrong : List.of("127.0.0.1:8500", "ftp://x", "http:", Path.of("x").toString())) {
      assertThatThrownBy(() -> ConsulAddress.agent(wrong))
          .hasMessageContaining("http://127.0.0.1:8500 is allowed");
    }
  }
}
