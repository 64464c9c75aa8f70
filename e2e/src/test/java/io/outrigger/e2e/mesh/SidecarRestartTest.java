package io.outrigger.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar that takes over from the one before it, with its certificate and its state. */
class SidecarRestartTest {
  @TempDir private Path directory;

  @Test
  void theNewSidecarServesAndRenewsAlone() throws Exception {
    List<Integer> ports = FreePorts.find(6);
    int admin = ports.get(4);
    int inbound = ports.get(3);
    int proxy = ports.get(5);
    try (EchoUpstream app = EchoUpstream.start("app");
        TestMesh mesh =
            new TestMesh(directory, TestMesh.service("app", inbound) + TestMesh.STRICT)) {
      mesh.readyControl(ports.get(0), ports.get(1), ports.get(2));
      List<String> flags =
          List.of(
              "--app-port", Integer.toString(app.port()),
              "--inbound-port", Integer.toString(inbound),
              "--http-proxy-port", Integer.toString(proxy),
              "--admin-port", Integer.toString(admin),
              "--lifetime", "20s",
              "--restart-epoch", "auto",
              "--base-id", Integer.toString(admin),
              "--parent-shutdown-time", "2s");
      String control = "127.0.0.1:" + ports.get(0);
      Program old = mesh.sidecar("app", control, List.of(), flags);
      mesh.await("it calls itself", () -> TestMesh.ask(proxy, "app").contains("GET /hello"));
      Program next = mesh.sidecar("app", control, List.of(), flags);
      mesh.await(
          "the new one is in force",
          () -> {
            assertThat(TestMesh.ask(proxy, "app")).contains("GET /hello"); // at every moment
            return RawClient.get(admin, "/stats").contains("server.hot_restart_epoch: 1");
          });
      assertThat(old.awaitExit(Duration.ofSeconds(30))).isZero();
      assertThat(TestMesh.ask(proxy, "app")).contains("GET /hello");
      mesh.await(
          "it renews", () -> occurrences(next.output(), "info][secret] certificate of") >= 2);
      assertThat(TestMesh.ask(proxy, "app")).contains("GET /hello");
    }
  }

  private static int occurrences(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }
}
