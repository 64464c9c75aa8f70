package io.outrigger.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import io.outrigger.e2e.Page;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/getting-started-kubernetes.md, as it stands there: in the namespace {@code default}, with
 * the images of the names that the chart has. Needs kubectl and what {@link InstallTest} does.
 */
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_KUBECONFIG", matches = ".+")
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_IMAGE", matches = "outrigger/control:0.1.0")
class GettingStartedTest {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final List<String> EXAMPLES =
      List.of("strict", "shift", "authorization", "route", "gateway", "bookshop");

  @TempDir private Path directory;
  private final TestCluster cluster = new TestCluster();

  @BeforeEach
  void definitions() throws Exception {
    cluster.gatewayApi();
  }

  @AfterEach
  void nothingStays() throws Exception {
    Path folder = Installed.home().resolve("examples/kubernetes");
    for (String example : EXAMPLES) {
      kubectl("delete", "--ignore-not-found", "-f", folder.resolve(example + ".yaml").toString());
    }
    kubectl("delete", "--ignore-not-found", "secret", "shop-cert");
    kubectl("label", "namespace", "default", "istio-injection-");
    cluster.delete(List.of(MeshOnCluster.SYSTEM), LIMIT);
    cluster.close();
  }

  private void kubectl(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("kubectl"));
    command.addAll(List.of(words));
    try (Program program =
        Program.start(
            "kubectl",
            command,
            Map.of("KUBECONFIG", cluster.kubeconfig().toString()),
            directory.resolve("kubectl.log"))) {
      program.awaitExit(LIMIT);
    }
  }

  private void await(String what, Await.Condition condition) {
    cluster.await(what, LIMIT, List.of(MeshOnCluster.SYSTEM, "default"), condition);
  }

  @Test
  void thePagesCommands() throws Exception {
    Page page = new Page("../getting-started-kubernetes.md");
    assertThat(page.run("outrigger check")).contains("ok       Kubernetes v1");
    page.run("outrigger install");
    page.run("istio-injection=enabled");
    page.run("bookshop.yaml");
    page.run("status deployment frontend-v1");
    await("the shop answers", () -> page.tryRun("kubectl exec").contains("The Outrigger"));
    page.run("strict.yaml");
    page.run("shift.yaml");
    page.run("authorization.yaml");
    page.run("route.yaml");
    await("v3 is read", () -> page.tryRun("kubectl exec").contains("★"));
    page.run("openssl");
    page.run("create secret");
    page.run("gateway.yaml");
    await("the gateway is up", () -> !page.tryRun("status deployment shop").isEmpty());
    try (Program forward = page.start("port-forward", directory)) {
      await("it forwards", () -> forward.output().contains("Forwarding"));
      await("others are let in", () -> page.tryRun("curl").contains("The Outrigger"));
    }
    page.run("outrigger uninstall");
  }
}
