package io.outrigger.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.Await;
import io.outrigger.testkit.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An unmodified client and an unmodified server on two machines (network namespaces), each beside a
 * sidecar that intercepts: what crosses the wire is encrypted. Needs root, iptables and tcpdump.
 */
class InterceptionTest {
  private static final String MARK = "a-word-that-nobody-else-says";
  private static final String MESH =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec:
        clusterIP: 10.77.0.100
        selector: {app: web}
        ports: [{name: http, port: 8080}]
      ---
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: web, namespace: shop}
      spec: {address: 10.77.0.3, labels: {app: web}, serviceAccount: web}
      ---
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: client, namespace: shop}
      spec: {address: 10.77.0.2, labels: {app: client}, serviceAccount: client}
      ---
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: shop}
      spec: {mtls: {mode: STRICT}}
      """;

  @TempDir private Path directory;

  @Test
  void trafficOfUnmodifiedProgramsIsCapturedBothWaysAndEncryptedBetween() throws Exception {
    assertThat(Files.isWritable(Path.of("/etc/hosts")))
        .as("this test makes network namespaces: run it as root")
        .isTrue();
    try (Namespaces net = new Namespaces(2);
        TestMesh mesh = new TestMesh(directory, MESH)) {
      mesh.control(Namespaces.in(net.hub()), "10.77.0.1", 15012, 15010, 15014);
      awaitPage(mesh, net.hub(), "http://127.0.0.1:15014/ready");
      List<String> redirect = List.of("--intercept", "redirect", "--run-as", "1000:1000");
      Files.writeString(directory.resolve("index.html"), MARK);
      // the server runs as a user of its own
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      mesh.sidecar(
          "web",
          "10.77.0.1:15012",
          Namespaces.in(net.machine(1)),
          concat(
              redirect,
              "--app-port",
              "8080",
              "--address",
              Namespaces.address(1),
              "--",
              "/usr/bin/python3",
              "-m",
              "http.server",
              "8080",
              "--directory",
              directory.toString()));
      mesh.sidecar(
          "client",
          "10.77.0.1:15012",
          Namespaces.in(net.machine(0)),
          concat(
              redirect,
              "--app-port",
              "9",
              "--address",
              Namespaces.address(0),
              "--",
              "sleep",
              "600"));
      awaitPage(mesh, net.machine(0), "http://127.0.0.1:15000/ready");
      awaitPage(mesh, net.machine(1), "http://127.0.0.1:15000/ready");

      Path capture = directory.resolve("wire.pcap");
      Program tcpdump =
          mesh.start(
              "tcpdump",
              Namespaces.in(net.hub()),
              List.of(
                  "tcpdump",
                  "-i",
                  "br0",
                  "--immediate-mode",
                  "-U",
                  "-s",
                  "0",
                  "-w",
                  capture.toString(),
                  "tcp"));
      Await.until(
          "tcpdump listens",
          Duration.ofSeconds(20),
          () -> tcpdump.output().contains("listening on"));

      // as a user would: by the service's address, with its name, under a user of its own
      String[] curl = {
        "setpriv",
        "--reuid=1000",
        "--regid=1000",
        "--clear-groups",
        "curl",
        "-sS",
        "-m",
        "5",
        "-H",
        "host: web.shop.svc.cluster.local:8080",
        "http://10.77.0.100:8080/index.html"
      };
      String[] answer = {""};
      mesh.await(
          "the client reads the server's page",
          () -> {
            answer[0] = Namespaces.run(Namespaces.in(net.machine(0), curl));
            return answer[0].contains(MARK);
          });

      String stats = page(net.machine(0), "http://127.0.0.1:15000/stats");
      assertThat(stats)
          .containsPattern(
              "cluster\\.outbound\\|8080\\|\\|web\\.shop\\.svc\\.cluster\\.local\\.ssl\\.handshake: [1-9]");
      Pattern answered = Pattern.compile("cluster\\.inbound\\|8080\\|\\|\\.upstream_rq_2xx: [1-9]");
      mesh.await(
          "the server's sidecar has counted the answer",
          () -> answered.matcher(page(net.machine(1), "http://127.0.0.1:15000/stats")).find());

      mesh.await("the capture holds the handshake", () -> Files.size(capture) > 2000);
      tcpdump.terminate();
      tcpdump.awaitExit(Duration.ofSeconds(10));
      String wire = Files.readString(capture, StandardCharsets.ISO_8859_1);
      assertThat(wire).as("the capture holds TLS records").contains("\u0016\u0003\u0001");
      assertThat(wire).as("the page on the wire").doesNotContain(MARK).doesNotContain("GET /index");

      // and without a sidecar's certificate nobody is heard
      String[] outside = {"curl", "-sS", "-m", "5", "http://10.77.0.3:8080/index.html"};
      assertThat(runForOutput(Namespaces.in(net.hub(), outside))).doesNotContain(MARK);
    }
  }

  private static void awaitPage(TestMesh mesh, String namespace, String url) {
    mesh.await(url + " answers", () -> !page(namespace, url).isEmpty());
  }

  private static String page(String namespace, String url)
      throws IOException, InterruptedException {
    return Namespaces.run(Namespaces.in(namespace, "curl", "-sSf", "-m", "5", url));
  }

  private static String runForOutput(List<String> command) throws InterruptedException {
    try {
      return Namespaces.run(command);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static List<String> concat(List<String> first, String... more) {
    List<String> all = new java.util.ArrayList<>(first);
    all.addAll(List.of(more));
    return all;
  }
}
