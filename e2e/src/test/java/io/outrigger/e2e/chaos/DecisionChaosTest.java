package io.outrigger.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.differential.ProxyUnderTest;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service that decides about requests (ext_authz) or processes them (ext_proc) is killed, or
 * paused, under load: each request has the outcome that the failure mode defines, in time; one
 * worker serves all, and others' requests go on.
 */
class DecisionChaosTest {
  private static final int TIMEOUT_MILLIS = 2000;

  /** What two busy cores may add. */
  private static final int SLACK_MILLIS = 1500;

  private static final int CLIENTS = 2;

  /** What becomes of requests while the service is gone, and while it is silent, by listener. */
  private static final Map<String, List<Integer>> DEFINED =
      Map.of(
          "authz-closed", List.of(403, 403),
          "authz-open", List.of(200, 200),
          "proc-closed", List.of(500, 504),
          "proc-open", List.of(200, 200),
          "plain", List.of(200, 200));

  @TempDir private Path directory;
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final Map<String, ChaosLoad> loads = new LinkedHashMap<>();
  private final Map<String, Long> refused = new HashMap<>();
  private ProxyUnderTest proxy;
  private Program service;

  @Test
  void killedOrPausedServicesHaveDefinedOutcomes() throws Exception {
    List<Integer> free = FreePorts.find(7);
    List<String> words = List.of("admin", "service", "plain", "authz-closed", "authz-open");
    for (String word : words) {
      ports.put(word, free.get(ports.size()));
    }
    ports.put("proc-closed", free.get(5));
    ports.put("proc-open", free.get(6));
    try (EchoUpstream upstream = EchoUpstream.start("a")) {
      ports.put("a", upstream.port());
      startService();
      try (ProxyUnderTest started = ProxyUnderTest.outrigger(yaml(), ports, directory)) {
        proxy = started;
        healthy();
        for (String listener : DEFINED.keySet()) {
          loads.put(listener, new ChaosLoad(ports.get(listener), "x", CLIENTS, true, 1_000_000));
        }
        allSucceed();
        signal("KILL");
        service.awaitExit(Duration.ofSeconds(10));
        allAreAsDefined(0, 40);
        startService();
        healthy();
        allSucceed();
        signal("STOP");
        allAreAsDefined(1, 2 * CLIENTS);
        signal("CONT");
        healthy();
        allSucceed();
        for (ChaosLoad load : loads.values()) {
          load.close();
        }
        outcomesAreCounted();
      } finally {
        service.close();
      }
    }
  }

  private void startService() throws IOException {
    service =
        Program.start(
            "service",
            DecisionService.command(ports.get("service")),
            Map.of(),
            directory.resolve("service.log"));
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + signal, Long.toString(service.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  /** Both services are asked again, and answer. */
  private void healthy() {
    Await.until(
        "the services answer",
        Duration.ofSeconds(30),
        () ->
            ask("authz-closed").startsWith("HTTP/1.1 200 ")
                && ask("proc-closed").contains(DecisionService.MARK)
                && ask("proc-open").contains(DecisionService.MARK));
  }

  private String ask(String listener) throws IOException {
    String answer = RawClient.get(ports.get(listener), "/");
    if (!answer.startsWith("HTTP/1.1 200 ")) {
      refused.merge(listener, 1L, Long::sum);
    }
    return answer;
  }

  private void allSucceed() {
    allAre(0, 40, List.of(200, 200));
  }

  private void allAreAsDefined(int phase, int requests) {
    allAre(phase, requests, null);
  }

  /** Those that were under way when things changed may end as before. */
  private void allAre(int phase, int requests, List<Integer> always) {
    Map<String, Integer> begin = new LinkedHashMap<>();
    loads.forEach((listener, load) -> begin.put(listener, load.count() + CLIENTS));
    loads.forEach(
        (listener, load) ->
            Await.until(
                requests + " requests at " + listener,
                Duration.ofSeconds(60),
                () -> load.count() >= begin.get(listener) + requests));
    loads.forEach(
        (listener, load) -> {
          int from = begin.get(listener);
          int expected = (always == null ? DEFINED.get(listener) : always).get(phase);
          assertThat(load.outcomes().subList(from, from + requests))
              .as(listener)
              .allMatch(outcome -> outcome.status() == expected);
        });
  }

  private void outcomesAreCounted() throws IOException {
    loads.forEach(
        (listener, load) -> {
          // one that asks nobody waits for nobody
          int longest = listener.equals("plain") ? SLACK_MILLIS : TIMEOUT_MILLIS + SLACK_MILLIS;
          assertThat(load.outcomes())
              .as(listener)
              .allMatch(outcome -> outcome.status() != 0 && outcome.millis() < longest);
        });
    assertThat(statistic("http.authz-closed.ext_authz.error")).isEqualTo(failed("authz-closed"));
    assertThat(statistic("http.authz-open.ext_authz.failure_mode_allowed")).isPositive();
    assertThat(statistic("http.authz-open.ext_authz.error"))
        .isEqualTo(statistic("http.authz-open.ext_authz.failure_mode_allowed"));
    assertThat(
            statistic("http.proc-closed.ext_proc.streams_failed")
                + statistic("http.proc-closed.ext_proc.message_timeouts"))
        .isEqualTo(failed("proc-closed"));
    assertThat(statistic("http.proc-closed.ext_proc.message_timeouts")).isPositive();
    assertThat(statistic("http.proc-open.ext_proc.failure_mode_allowed"))
        .isEqualTo(
            statistic("http.proc-open.ext_proc.streams_failed")
                + statistic("http.proc-open.ext_proc.message_timeouts"))
        .isPositive();
  }

  private long failed(String listener) {
    return refused.getOrDefault(listener, 0L)
        + loads.get(listener).outcomes().stream().filter(o -> o.status() != 200).count();
  }

  private long statistic(String name) throws IOException {
    return proxy
        .admin("/stats")
        .lines()
        .filter(line -> line.startsWith(name + ": "))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 2)))
        .findFirst()
        .orElseThrow();
  }

  private String yaml() throws IOException {
    StringBuilder listeners = new StringBuilder();
    listeners.append(listener("plain", ""));
    for (boolean open : new boolean[] {false, true}) {
      String mode = open ? "open" : "closed";
      listeners.append(
          listener(
              "authz-" + mode,
              "{name: authz, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz,"
                  + " transport_api_version: V3, failure_mode_allow: "
                  + open
                  + ", grpc_service: {timeout: 2s, envoy_grpc: {cluster_name: service}}}}, "));
      listeners.append(
          listener(
              "proc-" + mode,
              "{name: proc, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor,"
                  + " failure_mode_allow: "
                  + open
                  + ", message_timeout: 2s, grpc_service: {envoy_grpc: {cluster_name: service}}}}, "));
    }
    try (var in = getClass().getResourceAsStream("/chaos/decisions.yaml")) {
      String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      yaml = yaml.replace("  LISTENERS\n", listeners);
      for (Map.Entry<String, Integer> port : ports.entrySet()) {
        yaml = yaml.replace("{{" + port.getKey() + "}}", port.getValue().toString());
      }
      return yaml;
    }
  }

  private static String listener(String name, String filter) {
    return """
      - name: %1$s
        address: {socket_address: {address: 127.0.0.1, port_value: {{%1$s}}}}
        filter_chains:
        - filters:
          - name: http
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
              stat_prefix: %1$s
              route_config: {name: r, virtual_hosts: [{name: v, domains: ['*'], routes: [{match: {prefix: /}, route: {cluster: a}}]}]}
              http_filters: [%2$s{name: router, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
    """
        .formatted(name, filter);
  }
}
