package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole proxy in this process, on a static bootstrap, with real sockets. */
class ProxyTest {
  @TempDir Path directory;
  private EchoUpstream upstream;
  private Proxy proxy;

  @BeforeEach
  void startUpstream() throws IOException {
    upstream = EchoUpstream.start("up");
  }

  @AfterEach
  void stop() {
    if (proxy != null) {
      proxy.close();
    }
    upstream.close();
  }

  private String bootstrap(int port) {
    return """
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
              access_log:
              - name: file
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                  path: %s
              route_config:
                name: rc
                virtual_hosts:
                - name: all
                  domains: "*"
                  routes:
                  - {match: {prefix: /}, route: {cluster: up}}
              http_filters:
              - name: router
                typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
      - name: tcp
        address: {socket_address: {address: 127.0.0.1, port_value: 0}}
        filter_chains:
        - filters:
          - name: tcp
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
              stat_prefix: plain
              cluster: up
      clusters:
      - name: up
        type: STATIC
        load_assignment:
          cluster_name: up
          endpoints:
          - lb_endpoints:
            - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
    """
        .formatted(port, directory.resolve("access.log"), upstream.port());
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("bootstrap.yaml"), text);
  }

  private ProxyOptions options(String text) throws IOException {
    return new ProxyOptions()
        .config(file(text).toString(), "")
        .concurrency(2)
        .drainTime(20)
        .fileFlushInterval(50);
  }

  private String admin(String method, String path) throws Exception {
    InetSocketAddress address = Objects.requireNonNull(proxy.adminAddress());
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
                  .method(method, HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a.example\r\n\r\n";
  }

  @Test
  void servesHttpAndTcpAndTellsOfIt() throws Exception {
    proxy = Proxy.start(options(bootstrap(0)));
    assertThat(admin("GET", "/ready")).isEqualTo("LIVE\n");
    for (String listener : List.of("http", "tcp")) {
      try (RawClient client = new RawClient(ListenerPort.of(proxy, listener))) {
        client.send(get("/x"));
        assertThat(client.response(false)).startsWith("HTTP/1.1 200 ").contains("GET /x");
      }
    }
    // the worker counts a request when it is over, which its client may see first
    for (String line :
        List.of(
            "http.ingress.downstream_rq_2xx: 1\n",
            "cluster.up.upstream_rq_200: 1\n",
            "tcp.plain.downstream_cx_total: 1\n")) {
      Await.until(
          line, Duration.ofSeconds(20), () -> admin("GET", "/stats?usedonly").contains(line));
    }
    assertThat(admin("GET", "/clusters"))
        .contains("up::127.0.0.1:" + upstream.port() + "::rq_total::");
    assertThat(admin("GET", "/listeners?format=json"))
        .contains("\"port_value\": " + ListenerPort.of(proxy, "http"));
    assertThat(admin("GET", "/config_dump"))
        .contains("envoy.admin.v3.BootstrapConfigDump", "\"stat_prefix\": \"ingress\"");
    assertThat(admin("GET", "/stats/prometheus"))
        .contains(
            "envoy_cluster_upstream_rq{envoy_response_code=\"200\",envoy_cluster_name=\"up\"} 1\n");
    Path log = directory.resolve("access.log");
    Await.until(
        "a line in the access log",
        Duration.ofSeconds(20),
        () -> Files.readString(log).contains("\"GET /x HTTP/1.1\" 200 - 0 "));
  }

  @Test
  void saysWhereAnErrorIs() throws Exception {
    String text = bootstrap(0).replace("route: {cluster: up}", "route: {cluster: nope}");
    ProxyOptions options = options(text);
    StartException error = catchThrowableOfType(StartException.class, () -> Proxy.start(options));
    assertThat(error.lines()).hasSize(1);
    assertThat(error.lines().getFirst())
        .startsWith(directory.resolve("bootstrap.yaml").toString() + ":")
        .contains("static_resources.listeners[0]")
        .contains("unknown cluster 'nope'");
  }

  @Test
  void aPortInUseIsAnErrorOfTheStart() throws Exception {
    ProxyOptions options = options(bootstrap(upstream.port()));
    StartException error = catchThrowableOfType(StartException.class, () -> Proxy.start(options));
    assertThat(error.lines().getFirst()).startsWith("listener http: ");
  }

  @Test
  void drainingLosesNoRequest() throws Exception {
    proxy = Proxy.start(options(bootstrap(0)));
    int port = ListenerPort.of(proxy, "http");
    AtomicBoolean stopped = new AtomicBoolean();
    AtomicInteger done = new AtomicInteger();
    List<String> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      clients.add(Thread.startVirtualThread(() -> load(port, stopped, done, failures)));
    }
    Await.until("some load", Duration.ofSeconds(60), () -> done.get() > 200);
    int before = done.get();
    proxy.drain();
    proxy.closed().get(60, TimeUnit.SECONDS);
    stopped.set(true);
    for (Thread client : clients) {
      client.join();
    }
    assertThat(failures).isEmpty();
    assertThat(done.get()).isGreaterThanOrEqualTo(before);
  }

  /** Requests one after the other, over as few connections as the proxy allows. */
  private static void load(
      int port, AtomicBoolean stopped, AtomicInteger done, List<String> failures) {
    while (!stopped.get()) {
      RawClient client;
      try {
        client = new RawClient(port);
      } catch (IOException e) {
        return; // refused: it listens no more, and nothing was sent
      }
      try (client) {
        String response;
        do {
          client.send(get("/"));
          response = client.response(false);
          if (!response.startsWith("HTTP/1.1 200 ") || !response.contains("GET /")) {
            failures.add(response);
            return;
          }
          done.incrementAndGet();
        } while (!response.toLowerCase(java.util.Locale.ROOT).contains("connection: close"));
      } catch (IOException e) {
        failures.add(e.toString());
        return;
      }
    }
  }

  @Test
  void drainsAtOnceWhenNobodyIsThere() throws Exception {
    proxy = Proxy.start(options(bootstrap(0)));
    proxy.drain();
    proxy.closed().get(15, TimeUnit.SECONDS); // the drain time is 20
  }

  @Test
  void idleConnectionsDoNotHoldTheEndUp() throws Exception {
    proxy = Proxy.start(options(bootstrap(0)));
    try (RawClient used = new RawClient(ListenerPort.of(proxy, "http"));
        RawClient silent = new RawClient(ListenerPort.of(proxy, "http"))) {
      used.send(get("/"));
      assertThat(used.response(false)).startsWith("HTTP/1.1 200 ");
      proxy.drain();
      proxy.closed().get(15, TimeUnit.SECONDS); // the drain time is 20
      assertThat(used.rest()).isEmpty();
      assertThat(silent.rest()).isEmpty();
    }
  }

  @Test
  void quitsWhenAskedTo() throws Exception {
    proxy = Proxy.start(options(bootstrap(0)));
    assertThat(admin("POST", "/quitquitquit")).isEqualTo("OK\n");
    proxy.closed().get(20, TimeUnit.SECONDS);
  }

  @Test
  void failingTheHealthCheckShowsAndEndsKeepAlive() throws Exception {
    proxy = Proxy.start(options(bootstrap(0)));
    assertThat(admin("POST", "/healthcheck/fail")).isEqualTo("OK\n");
    assertThat(admin("GET", "/ready")).isEqualTo("DRAINING\n");
    try (RawClient client = new RawClient(ListenerPort.of(proxy, "http"))) {
      client.send(get("/"));
      assertThat(client.response(false)).contains("connection: close");
    }
    admin("POST", "/healthcheck/ok");
    assertThat(admin("GET", "/ready")).isEqualTo("LIVE\n");
  }
}
