package io.outrigger.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
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
    return report().entrySet().stream()
        .filter(entry -> !entry.getKey().equals("failed"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  @Test
  void noRequestIsLost() throws Exception {
    mesh.await(
        "all kinds are answered",
        () -> report().values().stream().filter(n -> n > 50).count() == 4);
    // what was asked before everything was up may have failed
    long failedBefore = report().get("failed");
    long before = answered();
    long begin = System.nanoTime();
    for (int i = 0; i < RESTARTS; i++) {
      mesh.restart(SPACE, "server");
      assertThat(report().get("failed")).as("restart %d: %s", i, text()).isEqualTo(failedBefore);
    }
    mesh.restart(MeshOnCluster.SYSTEM, "outrigger-control");
    long mark = answered();
    mesh.await("the load goes on", () -> answered() > mark + PER_SECOND);
    long all = answered() - before;
    double seconds = (System.nanoTime() - begin) / 1e9;
    assertThat(report().get("failed")).as("control plane: %s", text()).isEqualTo(failedBefore);
    assertThat(all / seconds).as("requests a second").isGreaterThan(PER_SECOND * 0.8);
  }
}
