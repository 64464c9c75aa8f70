package io.outrigger.proxy.userfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.proxy.Proxy;
import io.outrigger.proxy.ProxyOptions;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Filters of a user's own, compiled here, in a whole proxy with real sockets. */
class UserFiltersTest {
  private static final String GREETS =
      """
      public Decision onRequest(RequestHead request, boolean last, FilterContext context) {
        request.set("x-greeting", greeting);
        context.count("greeted");
        return Decision.proceed();
      }
      public void onResponse(ResponseHead response, boolean last, FilterContext context) {
        response.set("x-answer", greeting + response.status());
      }
      """;

  @TempDir Path directory;
  private final HttpClient admin = HttpClient.newHttpClient();
  private Path folder;
  private UserJar jars;
  private EchoUpstream upstream;
  private Proxy proxy;
  private int port;

  @BeforeEach
  void start() throws IOException {
    upstream = EchoUpstream.start("up");
    folder = Files.createDirectories(directory.resolve("filters"));
    jars = new UserJar(directory.resolve("work"));
  }

  @AfterEach
  void stop() {
    if (proxy != null) {
      proxy.close();
    }
    upstream.close();
    admin.close();
  }

  private void proxy(String ours) throws Exception {
    port = FreePorts.find(1).getFirst();
    Path file = directory.resolve("bootstrap.yaml");
    Files.writeString(
        file,
        """
        node: {id: n, cluster: c}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
        static_resources:
          listeners:
          - name: http
            address: {socket_address: {address: 127.0.0.1, port_value: %d}}
            filter_chains:
            - filters:
              - name: hcm
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: ingress
                  route_config:
                    name: rc
                    virtual_hosts:
                    - name: all
                      domains: "*"
                      routes:
                      - match: {prefix: /plain}
                        route: {cluster: up}
                        typed_per_filter_config:
                          own: {"@type": type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true}
                      - match: {prefix: /other}
                        route: {cluster: up}
                        typed_per_filter_config:
                          own:
                            "@type": type.googleapis.com/xds.type.v3.TypedStruct
                            type_url: acme/acme.Test
                            value: {greeting: other}
                      - {match: {prefix: /}, route: {cluster: up}}
                  http_filters:
                  - name: own
                    typed_config:
                      "@type": type.googleapis.com/xds.type.v3.TypedStruct
                      type_url: acme/acme.Test
                      value: {greeting: hello, outrigger: {%s}}
                  - name: router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          clusters:
          - name: up
            type: STATIC
            load_assignment:
              cluster_name: up
              endpoints:
              - lb_endpoints:
                - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
        """
            .formatted(port, ours, upstream.port()));
    proxy =
        Proxy.start(
            new ProxyOptions()
                .config(file.toString(), "")
                .concurrency(2)
                .filters(folder.toString()));
  }

  private String ask(String path, String body) throws IOException {
    try (RawClient client = new RawClient(port)) {
      client.send(
          (body.isEmpty() ? "GET " : "POST ")
              + path
              + " HTTP/1.1\r\nHost: a.example\r\n"
              + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
              + "\r\n"
              + body);
      return client.response(false);
    }
  }

  private String admin(String method, String path) throws Exception {
    int at = Objects.requireNonNull(proxy.adminAddress()).getPort();
    return admin
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private long counter(String name) throws Exception {
    String line = admin("GET", "/stats?filter=user_filter.acme.Test." + name);
    return line.isBlank() ? 0 : Long.parseLong(line.substring(line.indexOf(": ") + 2).strip());
  }

  @Test
  void seesAndChangesRequestsAndResponsesAsRoutesSay() throws Exception {
    UserJar.put(folder, "own.jar", jars.of(GREETS, ""));
    proxy("budget_ms: 10000");
    assertThat(ask("/", ""))
        .startsWith("HTTP/1.1 200")
        .contains("x-answer: hello200", "x-greeting: hello");
    assertThat(ask("/other", "")).contains("x-answer: other200", "x-greeting: other");
    assertThat(ask("/plain", "")).startsWith("HTTP/1.1 200").doesNotContain("greeting");
    assertThat(counter("greeted")).isEqualTo(2);
    assertThat(admin("GET", "/outrigger/filters")).isEqualTo("acme.Test  own.jar  on  strikes 0\n");
  }

  @Test
  void answersInTheApplicationsPlace() throws Exception {
    UserJar.put(
        folder,
        "own.jar",
        jars.of(
            """
            public Decision onRequest(RequestHead request, boolean last, FilterContext context) {
              return request.path().startsWith("/no")
                  ? Decision.reply(451, "not here " + request.method()).withHeader("x-why", greeting)
                  : Decision.proceed();
            }
            """,
            ""));
    proxy("budget_ms: 10000");
    assertThat(ask("/no", "")).startsWith("HTTP/1.1 451").contains("x-why: hello", "not here GET");
    assertThat(ask("/yes", "")).startsWith("HTTP/1.1 200");
  }

  @Test
  void readsAndReplacesBodies() throws Exception {
    UserJar.put(
        folder,
        "own.jar",
        jars.of(
            """
            public void onRequestBody(BodyPart part, FilterContext context) {
              context.note("own", "size", "" + part.size());
              part.replace("longer than it was".getBytes());
            }
            public void onResponseBody(BodyPart part, FilterContext context) {
              String text = new String(part.bytes()).toUpperCase();
              part.replace((text + "[" + context.metadata("own", "size") + "]").getBytes());
            }
            """,
            "public boolean writesBodies() { return true; }"));
    proxy("budget_ms: 10000");
    assertThat(ask("/", "quiet"))
        .startsWith("HTTP/1.1 200")
        .contains("UP\nPOST / HTTP/1.1\n", "[5]");
  }

  @Test
  void isSwitchedOffAfterItsStrikesAndOnByHand() throws Exception {
    UserJar.put(
        folder,
        "own.jar",
        jars.of(
            """
            public Decision onRequest(RequestHead request, boolean last, FilterContext context) {
              if (request.get("x-good") == null) { throw new IllegalStateException("no good"); }
              return Decision.proceed();
            }
            """,
            ""));
    proxy("budget_ms: 10000, strikes: 2");
    assertThat(ask("/", "")).startsWith("HTTP/1.1 500");
    assertThat(ask("/plain", "")).startsWith("HTTP/1.1 200");
    assertThat(ask("/", "")).startsWith("HTTP/1.1 500");
    assertThat(admin("GET", "/outrigger/filters"))
        .contains("off: after 2 strikes", "onRequest threw", "no good");
    assertThat(counter("errors")).isEqualTo(2);
    assertThat(ask("/", "")).startsWith("HTTP/1.1 500");
    assertThat(counter("skipped")).isEqualTo(1);
    assertThat(admin("POST", "/outrigger/filters/switch?type=acme.Test&enable=y"))
        .isEqualTo("OK\n");
    assertThat(admin("GET", "/outrigger/filters")).contains("  on  strikes 0");
    assertThat(admin("POST", "/outrigger/filters/switch?type=acme.Test&enable=n"))
        .isEqualTo("OK\n");
    assertThat(admin("GET", "/outrigger/filters")).contains("off: by hand");
    assertThat(admin("POST", "/outrigger/filters/switch?type=b&enable=n")).contains("no filter b");
  }

  @Test
  void whatFailsOpenLetsRequestsPass() throws Exception {
    UserJar.put(
        folder,
        "own.jar",
        jars.of(
            """
            public void onResponse(ResponseHead response, boolean last, FilterContext context) {
              response.set("bad name", "x");
            }
            """,
            ""));
    proxy("budget_ms: 10000, strikes: 3, failure_mode_allow: true");
    for (int i = 0; i < 5; i++) {
      assertThat(ask("/", "")).startsWith("HTTP/1.1 200");
    }
    assertThat(counter("errors")).isEqualTo(3);
    assertThat(counter("skipped")).isEqualTo(2);
  }

  @Test
  void aFailureInTheResponseIsA500WhereItDoesNotFailOpen() throws Exception {
    UserJar.put(
        folder,
        "own.jar",
        jars.of(
            """
            public void onResponse(ResponseHead response, boolean last, FilterContext context) {
              if (response.status() == 200) { throw new Error("own error"); }
            }
            """
                .replace("Error(", "AssertionError("),
            ""));
    proxy("budget_ms: 10000");
    assertThat(ask("/", "")).startsWith("HTTP/1.1 500");
  }

  @Test
  void aCallOverItsBudgetIsAStrike() throws Exception {
    UserJar.put(
        folder,
        "own.jar",
        jars.of(
            """
            public void onEnd(FilterContext context) {
              long end = System.nanoTime() + 3_000_000;
              while (System.nanoTime() < end) { Thread.onSpinWait(); }
            }
            """,
            ""));
    proxy("budget_ms: 2, strikes: 2");
    assertThat(ask("/", "")).startsWith("HTTP/1.1 200");
    assertThat(ask("/", "")).startsWith("HTTP/1.1 200");
    Await.until(
        "it is off",
        Duration.ofSeconds(5),
        () -> admin("GET", "/outrigger/filters").contains("off: "));
    assertThat(counter("over_budget")).isEqualTo(2);
  }

  @Test
  void aWorkerThatDoesNotComeBackIsNamedAndTheFilterIsOffForTheOthers() throws Exception {
    UserJar.put(
        folder,
        "own.jar",
        jars.of(
            """
            public Decision onRequest(RequestHead request, boolean last, FilterContext context) {
              while (request.path().equals("/hang") && !System.getProperties().containsKey(greeting)) {
                Thread.onSpinWait();
              }
              return Decision.proceed();
            }
            """,
            ""));
    proxy("budget_ms: 10000, failure_mode_allow: true");
    try (RawClient hanging = new RawClient(port)) {
      hanging.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n");
      Await.until(
          "the watchdog has seen it",
          Duration.ofSeconds(10),
          () -> admin("GET", "/outrigger/filters").contains("off: it held worker "));
      assertThat(counter("hung")).isEqualTo(1);
      System.setProperty("hello", "go");
      assertThat(hanging.response(false)).startsWith("HTTP/1.1 200");
    } finally {
      System.clearProperty("hello");
    }
  }

  @Test
  void whatIsMissingIsA500AndComesWithItsJar() throws Exception {
    proxy("");
    assertThat(ask("/", "")).startsWith("HTTP/1.1 500");
    Files.write(folder.resolve("broken.jar"), new byte[] {1, 2, 3});
    UserJar.put(folder, "own.jar", jars.of(GREETS, ""));
    Await.until(
        "the jar is loaded",
        Duration.ofSeconds(10),
        () -> ask("/", "").contains("x-answer: hello"));
  }

  @Test
  void aConfigurationThatTheFilterRefusesServesNobody() throws Exception {
    UserJar.put(folder, "own.jar", jars.of(GREETS.replace("greeting", "greeting"), ""));
    proxy("strikes: 5}, greating: {");
    assertThat(ask("/", "")).startsWith("HTTP/1.1 500");
    assertThat(ask("/other", "")).startsWith("HTTP/1.1 200");
  }

  @Test
  void aThousandReplacementsLeaveNoClassesBehind() throws Exception {
    byte[] one = jars.of(GREETS, "");
    byte[] two = jars.of(GREETS.replace("response.status()", "\" two\""), "");
    UserFilters users = new UserFilters(new io.outrigger.proxy.stats.StatStore(1));
    long before = 0;
    for (int i = 0; i < 1_000; i++) {
      for (LoadedFilter filter : LoadedFilter.read("own.jar", i % 2 == 0 ? one : two, i)) {
        assertThat(
                UserFilters.maker(
                    filter,
                    new io.outrigger.config.filter.UserFilterConfig(
                        "acme.Test", java.util.Map.of(), 1, 1, false)))
            .isNotNull();
      }
      if (i == 100) {
        before = loaded();
      }
    }
    long allowed = before + 50;
    Await.until("the old classes are gone", Duration.ofSeconds(20), () -> loaded() < allowed);
    users.close();
  }

  private static long loaded() {
    System.gc();
    return ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
  }
}
