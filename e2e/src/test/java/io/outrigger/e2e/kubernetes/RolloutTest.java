package io.outrigger.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Rolling restarts under a load without retries, of applications that end as soon as they are told
 * to: the mesh sees to it that nobody calls them any more by then. Needs {@code
 * OUTRIGGER_TEST_APP_IMAGE} too, with the applications of {@link io.outrigger.e2e.kubernetes.app}.
 */
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_KUBECONFIG", matches = ".+")
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_APP_IMAGE", matches = ".+")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RolloutTest {
  private static final String SPACE = "outrigger-rollout-test";
  private static final int PER_SECOND = 200;
  private static final int QUIET = 5;
  private static final int RESTARTS = Integer.getInteger("rollouts", 4);

  private static final String MANIFEST =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: server}
      spec: {selector: {app: server}, ports: [{name: http, port: 8080}, {name: grpc, port: 8081}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: server}
      spec:
        replicas: 2
        selector: {matchLabels: {app: server}}
        strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
        template:
          metadata: {labels: {app: server}}
          spec:
            securityContext: {runAsUser: 1000, runAsGroup: 1000}
            containers:
            - name: app
              image: "{{app}}"
              imagePullPolicy: IfNotPresent
              args: [server]
              readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: load}
      spec:
        selector: {matchLabels: {app: load}}
        template:
          metadata: {labels: {app: load}}
          spec:
            securityContext: {runAsUser: 1000, runAsGroup: 1000}
            containers:
            - {name: app, image: "{{app}}", imagePullPolicy: IfNotPresent, args: [load, server, "%d"]}
      """;

  private MeshOnCluster mesh;

  @BeforeAll
  void loadRuns() throws Exception {
    mesh = MeshOnCluster.install();
    mesh.namespace(SPACE);
    mesh.apply(SPACE, MANIFEST.formatted(PER_SECOND));
    mesh.awaitAvailable(SPACE, "server");
    mesh.awaitAvailable(SPACE, "load");
    // what was asked before everything was up, and fast, may have failed
    long[] seen = {-1, 0};
    mesh.await(
        "all kinds are answered, and none fails for a while",
        () -> {
          Map<String, Long> report = report();
          long failed = failed(report);
          long answered = answered(report);
          if (failed != seen[0]) {
            seen[0] = failed;
            seen[1] = answered;
          }
          return answered > seen[1] + QUIET * PER_SECOND
              && report.values().stream().filter(n -> n > 50).count() >= 4;
        });
  }

  @AfterAll
  void closed() {
    if (mesh != null) {
      mesh.close();
    }
  }

  /** What the load says: answers by kind, and {@code failed}. */
  private Map<String, Long> report() throws Exception {
    String text = text();
    Map<String, Long> out = new TreeMap<>();
    for (String line : text.split("\n", -1)) {
      int space = line.lastIndexOf(' ');
      if (space > 0 && line.substring(space + 1).matches("[0-9]+")) {
        out.put(line.substring(0, space), Long.valueOf(line.substring(space + 1)));
      }
    }
    return out;
  }

  private String text() throws Exception {
    return mesh.exec(SPACE, "load", "app", "wget", "-qO-", "http://127.0.0.1:9000/report");
  }

  private long answered() throws Exception {
    return answered(report());
  }

  private static long answered(Map<String, Long> report) {
    return report.entrySet().stream()
        .filter(entry -> !entry.getKey().equals("failed"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  @FunctionalInterface
  private interface Change {
    void make() throws Exception;
  }

  /** No request fails while something is changed, nor of the next second's. */
  private void unharmed(String what, Change change) throws Exception {
    long failedBefore = failed();
    change.make();
    long mark = answered();
    mesh.await("the load goes on after " + what, () -> answered() > mark + PER_SECOND);
    assertThat(failed()).as("%s: %s", what, text()).isEqualTo(failedBefore);
  }

  private long failed() throws Exception {
    return failed(report());
  }

  private static long failed(Map<String, Long> report) {
    return report.getOrDefault("failed", -1L);
  }

  private void restartServer() {
    mesh.restart(SPACE, "server");
  }

  @Test
  void restartsOfAnApplicationLoseNothing() throws Exception {
    long before = answered();
    long begin = System.nanoTime();
    for (int i = 0; i < RESTARTS; i++) {
      unharmed("restart " + i, this::restartServer);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    assertThat((answered() - before) / seconds).as("a second").isGreaterThan(PER_SECOND * 0.8);
  }

  @Test
  void aRestartOfTheControlPlaneLosesNothing() throws Exception {
    unharmed("restart", () -> mesh.restart(MeshOnCluster.SYSTEM, "outrigger-control"));
  }

  @Test
  void anUpgradeAndItsRollbackLoseNothing() throws Exception {
    unharmed(
        "upgrade",
        () -> {
          mesh.release("upgrade", "outrigger", "control.podAnnotations.test=upgraded");
          restartServer();
        });
    unharmed(
        "rollback",
        () -> {
          mesh.helm(
              List.of("rollback", "outrigger", "--namespace", MeshOnCluster.SYSTEM, "--wait"));
          restartServer();
        });
  }

  @Test
  void aSecondRevisionAndTheWayBackLoseNothing() throws Exception {
    unharmed("a second revision", () -> mesh.release("install", "next", "revision=next"));
    Map<String, @Nullable String> labels = new HashMap<>();
    labels.put("istio-injection", null);
    labels.put("istio.io/rev", "next");
    underLabels("going over", labels);
    assertThat(mesh.pods(SPACE, "server")).allMatch(RolloutTest::isOfNext);
    labels.put("istio-injection", "enabled");
    labels.put("istio.io/rev", null);
    underLabels("going back", labels);
    assertThat(mesh.pods(SPACE, "server")).noneMatch(RolloutTest::isOfNext);
    unharmed("taking it away", () -> mesh.uninstall("next"));
  }

  private void underLabels(String what, Map<String, @Nullable String> labels) throws Exception {
    unharmed(
        what,
        () -> {
          mesh.cluster().label(SPACE, labels);
          restartServer();
        });
  }

  private static boolean isOfNext(Pod pod) {
    return pod.getMetadata().getAnnotations().toString().contains("\"revision\":\"next\"");
  }

  /** A request that it has, and one that is on its way, is lost: what waits is called elsewhere. */
  @Test
  void aKilledPodCostsItsOwnRequests() throws Exception {
    long before = failed();
    mesh.kill(SPACE, "server");
    mesh.awaitAvailable(SPACE, "server");
    long mark = answered();
    // as many seconds as a request may wait
    mesh.await("the load goes on", () -> answered() > mark + 12 * PER_SECOND);
    long lost = failed() - before;
    System.out.println("a killed pod cost " + lost + " requests");
    assertThat(lost).as(text()).isLessThan(PER_SECOND);
    unharmed("what follows", () -> {});
  }
}
