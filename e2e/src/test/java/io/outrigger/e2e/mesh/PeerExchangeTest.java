package io.outrigger.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that speaks first and its client on two machines (network namespaces), each beside a
 * sidecar: both sidecars learn who the other is, and the programs see each other's bytes alone.
 * Needs root and iptables.
 */
class PeerExchangeTest {
  private static final String MESH =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: mail, namespace: shop}
      spec:
        clusterIP: 10.77.0.100
        selector: {app: mail}
        ports: [{name: tcp-mail, port: 2500}]
      ---
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: mail, namespace: shop}
      spec: {address: 10.77.0.3, labels: {app: mail}, serviceAccount: mail}
      ---
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: client, namespace: shop}
      spec: {address: 10.77.0.2, labels: {app: client}, serviceAccount: client}
      ---
      """
          + TestMesh.STRICT;

  /** Greets, then sends back in capitals what it gets. */
  private static final String SERVER =
      """
      import socketserver
      class Mail(socketserver.StreamRequestHandler):
          def handle(self):
              self.wfile.write(b'220 mail\\n')
              for line in self.rfile:
                  self.wfile.write(line.upper())
      class Threads(socketserver.ThreadingMixIn, socketserver.TCPServer):
          allow_reuse_address = True
          daemon_threads = True
      Threads(('0.0.0.0', 2500), Mail).serve_forever()
      """;

  private static final String CLIENT =
      """
      import socket
      s = socket.create_connection(('10.77.0.100', 2500), 5)
      s.settimeout(5)
      f = s.makefile('rwb')
      greeting = f.readline()
      f.write(b'quiet\\n')
      f.flush()
      print('got', greeting, f.readline())
      """;

  @TempDir private Path directory;

  @Test
  void sidecarsLearnWhoTheOtherIsFromBeforeTheData() throws Exception {
    assertThat(Files.isWritable(Path.of("/etc/hosts")))
        .as("this test makes network namespaces: run it as root")
        .isTrue();
    Files.writeString(directory.resolve("server.py"), SERVER);
    Files.writeString(directory.resolve("client.py"), CLIENT);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (Namespaces net = new Namespaces(2);
        TestMesh mesh = new TestMesh(directory, MESH)) {
      mesh.control(Namespaces.in(net.hub()), "10.77.0.1", 15012, 15010, 15014);
      await(mesh, net.hub(), "http://127.0.0.1:15014/ready", ".");
      sidecar(mesh, "mail", net.machine(1), Namespaces.address(1), "2500", "server.py");
      sidecar(mesh, "client", net.machine(0), Namespaces.address(0), "9", "");
      await(mesh, net.machine(0), "http://127.0.0.1:15000/ready", ".");
      await(mesh, net.machine(1), "http://127.0.0.1:15000/ready", ".");

      List<String> client = new ArrayList<>(Namespaces.in(net.machine(0)));
      client.addAll(
          List.of("setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "/usr/bin/python3"));
      client.add(directory.resolve("client.py").toString());
      mesh.await(
          "the client is greeted and answered",
          () -> Namespaces.run(client).contains("got b'220 mail\\n' b'QUIET\\n'"));

      String statistics = "http://127.0.0.1:15000/stats/prometheus";
      await(
          mesh,
          net.machine(0),
          statistics,
          "istio_tcp_connections_closed_total\\{reporter=\"source\",[^}]*source_app=\"client\""
              + "[^}]*destination_app=\"mail\"[^}]*\\} [1-9]");
      await(
          mesh,
          net.machine(1),
          statistics,
          "istio_tcp_connections_closed_total\\{reporter=\"destination\",[^}]*source_app=\"client\""
              + "[^}]*destination_app=\"mail\"[^}]*\\} [1-9]");
      for (int machine = 0; machine < 2; machine++) {
        await(
            mesh,
            net.machine(machine),
            "http://127.0.0.1:15000/stats",
            "metadata_exchange\\.alpn_protocol_found: [1-9]");
      }
      await(mesh, net.hub(), "http://127.0.0.1:15014/debug/syncz", "\"SYNCED\"");
      assertThat(page(net.hub(), "http://127.0.0.1:15014/debug/syncz")).doesNotContain("\"nack\"");
    }
  }

  /** One that starts a program of this test, or one that does nothing. */
  private void sidecar(
      TestMesh mesh, String name, String machine, String address, String port, String program)
      throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--intercept",
                "redirect",
                "--run-as",
                "1000:1000",
                "--app-port",
                port,
                "--address",
                address,
                "--"));
    words.addAll(
        program.isEmpty()
            ? List.of("sleep", "600")
            : List.of("/usr/bin/python3", directory.resolve(program).toString()));
    mesh.sidecar(name, "10.77.0.1:15012", Namespaces.in(machine), words);
  }

  private static void await(TestMesh mesh, String namespace, String url, String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    mesh.await(url + " says " + pattern, () -> compiled.matcher(page(namespace, url)).find());
  }

  private static String page(String namespace, String url)
      throws IOException, InterruptedException {
    return Namespaces.run(Namespaces.in(namespace, "curl", "-sSf", "-m", "5", url));
  }
}
