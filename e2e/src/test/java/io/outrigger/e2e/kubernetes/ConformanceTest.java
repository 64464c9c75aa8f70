package io.outrigger.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Single tests of the Gateway API's conformance suite. Needs, beside what {@link MeshedPodsTest}
 * does, in {@code OUTRIGGER_TEST_CONFORMANCE} the folder of the suite, whose {@code run test} takes
 * the suite's flags; docs/conformance says how all of it is run.
 */
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_KUBECONFIG", matches = ".+")
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_IMAGE", matches = ".+")
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_CONFORMANCE", matches = ".+")
class ConformanceTest {
  private static final Duration LIMIT = Duration.ofMinutes(6);
  private static final String NAME = "outrigger-conformance";
  private static final List<String> NAMESPACES =
      List.of(
          "gateway-conformance-infra",
          "gateway-conformance-app-backend",
          "gateway-conformance-web-backend",
          "gateway-conformance-mesh",
          "gateway-conformance-mesh-consumer",
          NAME + "-system");

  @TempDir private Path directory;
  private final TestCluster cluster = new TestCluster();

  @BeforeEach
  void controlled() throws Exception {
    deleteAll();
    cluster.apply(
        TestCluster.resource("conformance.yaml")
            .replace("{{image}}", System.getenv("OUTRIGGER_TEST_IMAGE")));
  }

  @AfterEach
  void nothingIsLeft() {
    deleteAll();
    cluster.close();
  }

  private void deleteAll() {
    var admin = cluster.admin();
    admin
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName("outrigger-injector-conformance")
        .delete();
    cluster.delete(NAMESPACES, LIMIT);
    admin.rbac().clusterRoles().withName(NAME).delete();
    admin.rbac().clusterRoleBindings().withName(NAME).delete();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTPRouteMatching", "MeshHTTPRouteMatching"})
  void passes(String test) throws Exception {
    Path suite = Path.of(System.getenv("OUTRIGGER_TEST_CONFORMANCE"));
    try (Program run =
        Program.start(
            "conformance",
            List.of(
                suite.resolve("run").toString(),
                "test",
                "--gateway-class=outrigger",
                "--conformance-profiles=GATEWAY-HTTP,MESH-HTTP",
                "--namespace-labels=istio.io/rev=conformance",
                "--run-test=" + test),
            Map.of("KUBECONFIG", cluster.kubeconfig().toString()),
            directory.resolve("conformance.log"))) {
      assertThat(run.awaitExit(LIMIT)).as(run.output()).isZero();
      assertThat(run.output()).contains("--- PASS: TestConformance/" + test + " ");
    }
  }
}
