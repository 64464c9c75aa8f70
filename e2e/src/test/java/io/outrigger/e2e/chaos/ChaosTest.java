package io.outrigger.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.RawClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Upstreams that are killed, paused, reset and talk nonsense, as processes, behind a sidecar with
 * the settings that a control plane sends where no destination rule says anything.
 */
final class ChaosTest {
  private static final int REPLICAS = 4;
  private static final int TIMEOUT_MILLIS = 1000;

  /** What two busy cores may add to a time-out before it counts as a stall. */
  private static final int SLACK_MILLIS = 1000;

  /** The budget of retries in a mesh where nothing is said about it. */
  private static final double RETRY_SHARE = 0.2;

  private static final int RETRIES_AT_LEAST = 10;

  @TempDir private static Path directory;
  private static CallerMesh mesh;

  @BeforeAll
  static void start() throws Exception {
    mesh =
        new CallerMesh(
            directory, Map.of("orders", "http", "storm", "http", "gone", "http"), REPLICAS, POLICY);
  }

  @AfterAll
  static void stop() {
    mesh.close();
  }

  @Test
  void getsSucceedAndPostsRunAtMostOnceWhateverTheUpstreamsDo() throws Exception {
    ChaosHosts hosts = new ChaosHosts(mesh, "orders");
    List<ChaosLoad.Outcome> halfFailing;
    List<ChaosLoad.Outcome> all = new ArrayList<>();
    try (ChaosLoad load = new ChaosLoad(mesh.proxy(), "orders", 8, true, 20_000)) {
      more(load, 300);
      int healthy = load.count();
      hosts.signal(0, "KILL");
      hosts.tell(1, "flaky"); // never often enough in a row to be ejected
      more(load, 2200);
      hosts.tell(1, "reset");
      more(load, 2200);
      halfFailing = load.outcomes();
      halfFailing = halfFailing.subList(healthy, halfFailing.size());

      hosts.tell(1, "ok");
      hosts.signal(2, "STOP");
      more(load, 600);
      hosts.signal(2, "CONT");

      hosts.tell(3, "garbage");
      more(load, 400);
      load.close();
      all.addAll(load.outcomes());
    }
    // what the paused one has read before this, it has noted
    mesh.await(
        "the one that was paused answers",
        () -> RawClient.get(mesh.ports("orders").get(2), "/mode/ok").contains("200"));

    List<ChaosLoad.Outcome> gets = halfFailing.stream().filter(o -> !o.post()).toList();
    long failed = gets.stream().filter(o -> o.status() != 200).count();
    assertThat(gets.size()).isGreaterThan(2000);
    assertThat((double) failed / gets.size())
        .as("share of the %d GETs that failed while half of the hosts did", gets.size())
        .isLessThan(0.001);

    Map<String, Integer> executed = hosts.executed();
    assertThat(all).extracting(ChaosLoad.Outcome::id).doesNotContain("connection");
    assertThat(all)
        .filteredOn(ChaosLoad.Outcome::post)
        .hasSizeGreaterThan(2000)
        .allSatisfy(
            o ->
                assertThat(executed.getOrDefault(o.id(), 0))
                    .as("%s", o)
                    .isBetween(o.status() == 200 ? 1 : 0, 1));
    // else the count of POSTs would say nothing
    assertThat(all)
        .filteredOn(o -> o.post() && o.status() == 503 && executed.containsKey(o.id()))
        .as("POSTs that were executed and reset")
        .hasSizeGreaterThan(50);
    assertThat(all)
        .filteredOn(o -> !o.post() && executed.getOrDefault(o.id(), 0) > 1)
        .as("GETs that were repeated after a reset")
        .hasSizeGreaterThan(50);
    assertThat(all)
        .allSatisfy(
            o -> assertThat(o.millis()).as("%s", o).isLessThan(TIMEOUT_MILLIS + SLACK_MILLIS));
    assertThat(all).as("requests to the paused one").anyMatch(o -> o.status() == 504);
  }

  @Test
  void aStormOfRetriesStaysInItsBudget() throws Exception {
    ChaosHosts hosts = new ChaosHosts(mesh, "storm");
    for (int host = 0; host < REPLICAS; host++) {
      hosts.tell(host, "slow-503");
    }
    int requests = 2000;
    try (ChaosLoad load = new ChaosLoad(mesh.proxy(), "storm", 100, false, requests)) {
      load.join();
      assertThat(load.outcomes()).hasSize(requests).allMatch(o -> o.status() == 503);
    }
    int attempts = hosts.executed().values().stream().mapToInt(Integer::intValue).sum();
    assertThat(attempts)
        .as("attempts of %d requests", requests)
        .isGreaterThan(requests + RETRIES_AT_LEAST)
        .isLessThan((int) (requests * (1 + RETRY_SHARE)) + RETRIES_AT_LEAST);
    assertThat(mesh.statistic("storm", "upstream_rq_retry")).isEqualTo(attempts - requests);
    assertThat(mesh.statistic("storm", "upstream_rq_retry_overflow")).isPositive();
  }

  @Test
  void atMostHalfOfTheHostsAreEjectedWhenAllAreGone() throws Exception {
    ChaosHosts hosts = new ChaosHosts(mesh, "gone");
    for (int host = 0; host < REPLICAS; host++) {
      hosts.signal(host, "KILL");
      hosts.program(host).awaitExit(Duration.ofSeconds(10));
    }
    long most = 0;
    try (ChaosLoad load = new ChaosLoad(mesh.proxy(), "gone", 4, false, 100_000)) {
      while (most < REPLICAS / 2
          || mesh.statistic("gone", "outlier_detection.ejections_overflow") < REPLICAS) {
        int seen = load.count();
        mesh.await("requests go on", () -> load.count() > seen);
        assertThat(load.count()).as("requests until ejections stop").isLessThan(100_000);
        most = Math.max(most, hosts.ejected());
        assertThat(most).as("hosts ejected").isLessThanOrEqualTo(REPLICAS / 2);
        assertThat(mesh.statistic("gone", "outlier_detection.ejections_active"))
            .isLessThanOrEqualTo(REPLICAS / 2);
      }
      load.close();
      assertThat(load.outcomes())
          .allMatch(o -> o.status() == 503 && o.millis() < TIMEOUT_MILLIS + SLACK_MILLIS);
    }
  }

  private static void more(ChaosLoad load, int requests) {
    int seen = load.count();
    mesh.await(requests + " requests more", () -> load.count() >= seen + requests);
  }

  /** A time-out for one service, retries for another. */
  private static final String POLICY =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: orders, namespace: shop}
      spec:
        hosts: [orders]
        http: [{timeout: %1$dms, route: [{destination: {host: orders}}]}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: storm, namespace: shop}
      spec:
        hosts: [storm]
        http: [{retries: {attempts: 5, retryOn: 5xx, backoff: 100ms}, route: [{destination: {host: storm}}]}]
      """
          .formatted(TIMEOUT_MILLIS);
}
