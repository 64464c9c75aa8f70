package io.outrigger.proxy.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.proxy.Proxy;
import io.outrigger.proxy.ProxyOptions;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What routes do with requests, in a whole proxy with real sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouterTest {
  private Path directory;
  private EchoUpstream one;
  private EchoUpstream two;
  private Proxy proxy;
  private int port;

  private static final String BOOTSTRAP =
      """
      node: {id: n, cluster: c}
      static_resources:
        listeners:
        - name: http
          address: {socket_address: {address: 127.0.0.1, port_value: 0}}
          filter_chains:
          - filters:
            - name: hcm
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: ingress
                internal_address_config: {cidr_ranges: [{address_prefix: 10.0.0.0, prefix_len: 8}]}
                access_log:
                - name: file
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                    path: %s
                    log_format: {text_format_source: {inline_string: "%%REQ(:PATH)%% %%RESPONSE_CODE%% %%RESPONSE_FLAGS%% %%RESPONSE_CODE_DETAILS%% %%UPSTREAM_REQUEST_ATTEMPT_COUNT%%\\n"}}
                route_config:
                  name: rc
                  virtual_hosts:
                  - name: all
                    domains: "*"
                    include_request_attempt_count: true
                    include_attempt_count_in_response: true
                    routes:
                    - {match: {prefix: /retry}, route: {cluster: both, retry_policy: {retry_on: "5xx,connect-failure", num_retries: 2, retry_host_predicate: [{name: p, typed_config: {"@type": type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate}}], host_selection_retry_max_attempts: 5}}}
                    - {match: {prefix: /again}, route: {cluster: one, retry_policy: {retry_on: "5xx", num_retries: 2}}}
                    - {match: {prefix: /timeout}, route: {cluster: one, timeout: 0.15s}}
                    - {match: {prefix: /pertry}, route: {cluster: one, retry_policy: {retry_on: "5xx", num_retries: 1, per_try_timeout: 0.1s}}}
                    - {match: {prefix: /mirror}, route: {cluster: one, request_mirror_policies: [{cluster: two}]}}
                    - {match: {prefix: /plain}, route: {cluster: one}}
                    - {match: {prefix: /breaker}, route: {cluster: tight}}
                    - {match: {prefix: /dead}, route: {cluster: dead}}
                    - {match: {prefix: /delay}, route: {cluster: one}, typed_per_filter_config: {fault: {"@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault, delay: {fixed_delay: 0.1s, percentage: {numerator: 100}}}}}
                http_filters:
                - name: fault
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault}
                - name: router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        clusters:
        - {name: one, type: STATIC, load_assignment: &one {cluster_name: one, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}}
        - {name: two, type: STATIC, load_assignment: {cluster_name: two, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}}
        - {name: both, type: STATIC, load_assignment: {cluster_name: both, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}, {endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 1}}}}]}]}}
        - {name: tight, type: STATIC, circuit_breakers: {thresholds: [{max_requests: 0}]}, load_assignment: *one}
        - {name: dead, type: STATIC, load_assignment: {cluster_name: dead, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 1}}}}]}]}}
      """;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    one = EchoUpstream.start("one");
    two = EchoUpstream.start("two");
    Path log = directory.resolve("access.log");
    Path file = directory.resolve("bootstrap.yaml");
    Files.writeString(file, BOOTSTRAP.formatted(log, one.port(), two.port(), one.port()));
    proxy =
        Proxy.start(
            new ProxyOptions().config(file.toString(), "").concurrency(1).fileFlushInterval(20));
    port =
        ((java.net.InetSocketAddress) proxy.listeners().getFirst().addresses().getFirst())
            .getPort();
  }

  @AfterAll
  void stop() {
    proxy.close();
    one.close();
    two.close();
  }

  private String get(String path, String... headers) throws Exception {
    return send("GET " + path, "", headers);
  }

  private String send(String target, String body, String... headers) throws Exception {
    try (RawClient client = new RawClient(port)) {
      StringBuilder request = new StringBuilder(target + " HTTP/1.1\r\nhost: h\r\n");
      for (String header : headers) {
        request.append(header).append("\r\n");
      }
      client.send(request.append("\r\n").append(body).toString());
      return client.response(false);
    }
  }

  private void logged(String line) throws Exception {
    Await.until(
        "a log line " + line,
        Duration.ofSeconds(20),
        () -> Files.readString(directory.resolve("access.log")).contains(line));
  }

  @Test
  void triesAgainElsewhereAfterAFailedConnect() throws Exception {
    for (int i = 0; i < 8; i++) {
      assertThat(get("/retry/connect")).startsWith("HTTP/1.1 200").contains("one");
    }
  }

  @Test
  void sendsTheBodyAgain() throws Exception {
    String answer =
        send(
            "POST /again/body",
            "hello",
            "content-length: 5",
            "x-fake-id: body",
            "x-fake-status: 503,503,200");
    assertThat(answer).startsWith("HTTP/1.1 200").contains("content-length: 5");
    assertThat(answer).contains("x-envoy-attempt-count: 3");
  }

  @Test
  void givesUpAfterTheLastRetry() throws Exception {
    assertThat(get("/again/limit", "x-fake-status: 500")).startsWith("HTTP/1.1 500");
    logged("/again/limit 500 URX via_upstream 3");
  }

  @Test
  void answers504WhenTheRoutesTimeIsUp() throws Exception {
    assertThat(get("/timeout", "x-fake-hang: 1"))
        .startsWith("HTTP/1.1 504 Gateway Timeout")
        .endsWith("upstream request timeout");
    logged("/timeout 504 UT response_timeout 1");
  }

  @Test
  void answers504WhenEachTrysTimeIsUp() throws Exception {
    assertThat(get("/pertry", "x-fake-hang: 1")).startsWith("HTTP/1.1 504");
    logged("/pertry 504 URX,UT upstream_per_try_timeout 2");
  }

  @Test
  void heedsAnInternalClientsTimeout() throws Exception {
    assertThat(
            get(
                "/plain/internal",
                "x-forwarded-for: 10.1.2.3",
                "x-envoy-upstream-rq-timeout-ms: 100",
                "x-fake-hang: 1"))
        .startsWith("HTTP/1.1 504");
  }

  @Test
  void ignoresAnotherClientsTimeout() throws Exception {
    assertThat(get("/plain/external", "x-envoy-upstream-rq-timeout-ms: 1"))
        .startsWith("HTTP/1.1 200")
        .doesNotContain("x-envoy-upstream-rq-timeout-ms");
  }

  @Test
  void mirrorsTheRequestAndItsBody() throws Exception {
    int before = two.requests();
    assertThat(send("POST /mirror", "hello", "content-length: 5")).contains("one");
    Await.until("a mirrored request", Duration.ofSeconds(20), () -> two.requests() > before);
  }

  @Test
  void tellsOfAFullBreaker() throws Exception {
    assertThat(get("/breaker"))
        .startsWith("HTTP/1.1 503")
        .contains("x-envoy-overloaded: true")
        .endsWith("reset reason: overflow");
    logged("/breaker 503 UO upstream_reset_before_response_started{overflow} 1");
  }

  @Test
  void tellsOfAnUpstreamThatIsNotThere() throws Exception {
    assertThat(get("/dead")).endsWith("reset reason: remote connection failure");
    logged("/dead 503 UF upstream_reset_before_response_started{remote_connection_failure");
  }

  @Test
  void tellsOfAnUpstreamThatClosed() throws Exception {
    assertThat(get("/plain/close", "x-fake-close: before"))
        .endsWith("reset reason: connection termination");
    logged("/plain/close 503 UC upstream_reset_before_response_started{connection_termination} 1");
  }

  @Test
  void closesOnTheClientWhenTheUpstreamBreaksOff() throws Exception {
    try (RawClient client = new RawClient(port)) {
      client.send("GET /plain/half HTTP/1.1\r\nhost: h\r\nx-fake-close: half\r\n\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 200");
    }
    logged("/plain/half 200 UPE upstream_reset_after_response_started{protocol_error} 1");
  }

  @Test
  void delaysAndHoldsTheBodyMeanwhile() throws Exception {
    long before = System.nanoTime();
    assertThat(send("POST /delay", "hello", "content-length: 5")).startsWith("HTTP/1.1 200");
    assertThat(System.nanoTime() - before).isGreaterThan(100_000_000L);
    logged("/delay 200 DI via_upstream 1");
  }

  @Test
  void notesAClientThatLeaves() throws Exception {
    int before = one.requests();
    try (RawClient client = new RawClient(port)) {
      client.send("GET /plain/leave HTTP/1.1\r\nhost: h\r\nx-fake-hang: 1\r\n\r\n");
      Await.until("a request upstream", Duration.ofSeconds(20), () -> one.requests() > before);
    }
    logged("/plain/leave 0 DC downstream_remote_disconnect 1");
  }
}
