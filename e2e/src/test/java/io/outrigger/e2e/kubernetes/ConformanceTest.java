package io.outrigger.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Gateway API's conformance suite, against Outrigger as its chart installs it. Needs, beside
 * what {@link InstallTest} does, in {@code OUTRIGGER_TEST_CONFORMANCE} the folder of the suite,
 * whose {@code run test} takes the suite's flags, and the suite's images in the cluster. Runs all
 * core tests of both profiles and writes the report into {@code target/conformance.yaml}; {@code
 * -Dconformance=NAME} runs that test alone.
 */
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_KUBECONFIG", matches = ".+")
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_IMAGE", matches = ".+")
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_CONFORMANCE", matches = ".+")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceTest {
  private static final Duration LIMIT = Duration.ofMinutes(30);
  private static final List<String> NAMESPACES =
      List.of(
          "gateway-conformance-infra",
          "gateway-conformance-app-backend",
          "gateway-conformance-web-backend",
          "gateway-conformance-mesh",
          "gateway-conformance-mesh-consumer");

  @TempDir private Path directory;
  private MeshOnCluster mesh;

  @BeforeAll
  void installed() throws Exception {
    // the suite's pods are many, and all get a sidecar
    mesh =
        MeshOnCluster.install(
            "gateways.clusterIpAddress=true",
            "injection.settings.proxy.resources.requests.cpu=5m",
            "injection.settings.proxy.resources.requests.memory=32Mi");
  }

  @AfterAll
  void nothingIsLeft() {
    if (mesh != null) {
      mesh.cluster().delete(NAMESPACES, Duration.ofMinutes(4));
      mesh.close();
    }
  }

  @Test
  void theSuitePasses() throws Exception {
    Path suite = Path.of(System.getenv("OUTRIGGER_TEST_CONFORMANCE"));
    String one = System.getProperty("conformance");
    List<String> command =
        List.of(
            suite.resolve("run").toString(),
            "test",
            "--gateway-class=outrigger",
            "--conformance-profiles=GATEWAY-HTTP,MESH-HTTP",
            "--namespace-labels=istio-injection=enabled",
            "--organization=outrigger",
            "--project=outrigger",
            "--url=https://example.com/outrigger",
            "--contact=maintainers",
            "--version=0.1.0",
            one == null
                ? "--report-output=" + Path.of("target/conformance.yaml").toAbsolutePath()
                : "--run-test=" + one);
    try (Program run =
        Program.start(
            "conformance",
            command,
            Map.of("KUBECONFIG", mesh.cluster().kubeconfig().toString()),
            directory.resolve("conformance.log"))) {
      assertThat(run.awaitExit(LIMIT)).as(run.output()).isZero();
      assertThat(run.output()).contains("--- PASS: TestConformance/");
    }
  }
}
