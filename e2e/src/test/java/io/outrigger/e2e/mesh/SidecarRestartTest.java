package io.outrigger.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
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
        TestMesh mesh = new TestMesh(directory, mesh(inbound))) {
      mesh.control(List.of(), "127.0.0.1", ports.get(0), ports.get(1), ports.get(2));
      await(mesh, "the control plane is ready", () -> page(ports.get(2), "/ready").contains("re"));
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
      await(mesh, "it calls itself", () -> ask(proxy).contains("GET /hello"));
      Program next = mesh.sidecar("app", control, List.of(), flags);
      await(
          mesh,
          "the new one is in force",
          () -> {
            assertThat(ask(proxy)).contains("GET /hello"); // at every moment
            return page(admin, "/stats").contains("server.hot_restart_epoch: 1");
          });
      assertThat(old.awaitExit(Duration.ofSeconds(30))).isZero();
      assertThat(ask(proxy)).contains("GET /hello");
      await(
          mesh, "it renews", () -> occurrences(next.output(), "info][secret] certificate of") >= 2);
      assertThat(ask(proxy)).contains("GET /hello");
    }
  }

  private static int occurrences(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }

  private static String mesh(int inbound) {
    return """
    apiVersion: v1
    kind: Service
    metadata: {name: app, namespace: shop}
    spec: {selector: {app: app}, ports: [{name: http, port: 9080}]}
    ---
    apiVersion: networking.istio.io/v1
    kind: WorkloadEntry
    metadata: {name: app, namespace: shop}
    spec: {address: 127.0.0.1, ports: {http: %d}, labels: {app: app}, serviceAccount: app}
    ---
    apiVersion: security.istio.io/v1
    kind: PeerAuthentication
    metadata: {name: default, namespace: shop}
    spec: {mtls: {mode: STRICT}}
    """
        .formatted(inbound);
  }

  private static String ask(int proxyPort) throws IOException {
    try (RawClient client = new RawClient(proxyPort)) {
      client.send("GET http://app:9080/hello HTTP/1.1\r\nhost: app:9080\r\n\r\n");
      return client.response(false);
    }
  }

  private static String page(int port, String path) throws IOException {
    try (RawClient client = new RawClient(port)) {
      client.send("GET " + path + " HTTP/1.1\r\nhost: admin\r\nconnection: close\r\n\r\n");
      return client.response(false);
    }
  }

  private static void await(TestMesh mesh, String what, Await.Condition condition) {
    try {
      Await.until(what, Duration.ofSeconds(60), condition);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + mesh.logs(), e);
    }
  }
}
