package io.outrigger.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Half of a service's hosts fail under load, each time in another way: with the mesh's defaults 999
 * of 1,000 GETs succeed, no more than that half is ejected, and few requests are tried again.
 */
final class HalfFailingTest {
  private static final int REPLICAS = 4;

  /** Enough for some returns of hosts that are ejected again. */
  private static final int REQUESTS = 25_000;

  /** Hosts that fail by silence can only be told by a time-out. */
  private static final String POLICY =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: paused, namespace: shop}
      spec:
        hosts: [paused]
        http: [{timeout: 500ms, route: [{destination: {host: paused}}]}]
      """;

  @TempDir private static Path directory;
  private static CallerMesh mesh;

  @BeforeAll
  static void start() throws IOException {
    Map<String, String> services =
        Map.of("killed", "http", "reset", "http", "unavailable", "http", "paused", "http");
    mesh = new CallerMesh(directory, services, REPLICAS, POLICY);
  }

  @AfterAll
  static void stop() {
    mesh.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"killed", "reset", "unavailable", "paused"})
  void getsSucceed(String service) throws Exception {
    ChaosHosts hosts = new ChaosHosts(mesh, service);
    List<ChaosLoad.Outcome> outcomes;
    try (ChaosLoad load = new ChaosLoad(mesh.proxy(), service, 8, false, 10 * REQUESTS)) {
      mesh.await("requests go well", () -> load.count() > 1000);
      int healthy = load.count();
      for (int host : new int[] {1, 2}) {
        switch (service) {
          case "killed" -> hosts.signal(host, "KILL");
          case "paused" -> hosts.signal(host, "STOP");
          default -> hosts.tell(host, service);
        }
      }
      while (load.count() < healthy + REQUESTS) {
        int seen = load.count();
        mesh.await("requests go on", () -> load.count() > seen + 200);
        assertThat(hosts.ejected()).as("hosts ejected").isLessThanOrEqualTo(REPLICAS / 2);
      }
      load.close();
      outcomes = load.outcomes().subList(healthy, load.count());
    }
    long failed = outcomes.stream().filter(outcome -> outcome.status() != 200).count();
    long ejections = mesh.statistic(service, "outlier_detection.ejections_enforced_total");
    assertThat((double) failed / outcomes.size())
        .as("share of %d GETs that failed, with %d ejections", outcomes.size(), ejections)
        .isLessThan(0.001);
    assertThat(ejections).isGreaterThanOrEqualTo(REPLICAS / 2);
    assertThat(mesh.statistic(service, "upstream_rq_retry"))
        .as("requests that were tried again")
        .isLessThan(outcomes.size() / 5);
    hosts.close();
  }
}
