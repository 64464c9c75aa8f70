package io.outrigger.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.outrigger.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Unmodified programs on three machines (network namespaces), each behind a sidecar that intercepts
 * by TPROXY: they see their callers' own addresses, under STRICT mutual TLS. Needs root, iptables
 * and iproute2, and a kernel with the target TPROXY.
 */
class TproxyTest {
  private static final List<String> NAMES = List.of("client", "web", "back");

  /** Answers with the address of who asks, by HTTP and, at once, by TCP. */
  private static final String PEER =
      """
      import http.server, socketserver, threading
      class Http(http.server.BaseHTTPRequestHandler):
          protocol_version = 'HTTP/1.1'
          def do_GET(self):
              body = ('peer=' + self.client_address[0]).encode()
              self.send_response(200)
              self.send_header('content-length', str(len(body)))
              self.end_headers()
              self.wfile.write(body)
      class Tcp(socketserver.BaseRequestHandler):
          def handle(self):
              self.request.sendall(('welcome ' + self.client_address[0]).encode())
      socketserver.TCPServer.allow_reuse_address = True
      tcp = socketserver.ThreadingTCPServer(('0.0.0.0', 3306), Tcp)
      threading.Thread(target=tcp.serve_forever, daemon=True).start()
      http.server.ThreadingHTTPServer(('0.0.0.0', 8080), Http).serve_forever()
      """;

  private static final String PROBERS =
      "ISTIO_KUBE_APP_PROBERS={\"/app-health/app/readyz\":"
          + "{\"httpGet\":{\"path\":\"/\",\"port\":8080},\"timeoutSeconds\":5}}";

  @TempDir private Path directory;

  private static String mesh() {
    StringBuilder yaml = new StringBuilder(TestMesh.STRICT);
    for (int i = 0; i < NAMES.size(); i++) {
      yaml.append(
          """
          ---
          apiVersion: v1
          kind: Service
          metadata: {name: %1$s, namespace: shop}
          spec:
            clusterIP: 10.77.0.10%2$d
            selector: {app: %1$s}
            ports: [{name: http, port: 8080}, {name: tcp-greeting, port: 3306}]
          ---
          apiVersion: networking.istio.io/v1
          kind: WorkloadEntry
          metadata: {name: %1$s, namespace: shop}
          spec: {address: %3$s, labels: {app: %1$s}, serviceAccount: %1$s}
          """
              .formatted(NAMES.get(i), i, Namespaces.address(i)));
    }
    return yaml.toString();
  }

  @Test
  void programsSeeTheirCallersOwnAddresses() throws Exception {
    assertThat(Files.isWritable(Path.of("/etc/hosts")))
        .as("this test makes network namespaces: run it as root")
        .isTrue();
    try (Namespaces net = new Namespaces(NAMES.size());
        TestMesh mesh = new TestMesh(directory, mesh())) {
      String lacking = lacking(net.hub());
      assumeTrue(lacking.isEmpty(), "this kernel has no TPROXY: " + lacking);
      // many distributions drop what comes from where its answer wouldn't go
      Namespaces.run(
          Namespaces.in(net.machine(1), "sysctl", "-w", "net.ipv4.conf.all.rp_filter=1"));
      List<String> before = rules(net.machine(1));
      mesh.control(Namespaces.in(net.hub()), "10.77.0.1", 15012, 15010, 15014);
      mesh.await(
          "the control plane is ready",
          () -> !page(net.hub(), "http://127.0.0.1:15014/ready").isEmpty());
      Files.writeString(directory.resolve("peer.py"), PEER);
      // the programs run as a user of their own
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      List<Program> sidecars = new ArrayList<>();
      for (int i = 0; i < NAMES.size(); i++) {
        sidecars.add(sidecar(mesh, net, i));
      }
      for (int i = 0; i < NAMES.size(); i++) {
        String machine = net.machine(i);
        mesh.await(
            NAMES.get(i) + " is in force",
            () -> !page(machine, "http://127.0.0.1:15000/ready").isEmpty());
      }

      // each sees who asks; connections that are kept go to nobody else
      mesh.await("the first answer", () -> ask(net, 0, 1).contains("peer="));
      mesh.await("the first answer to another", () -> ask(net, 2, 1).contains("peer="));
      mesh.await("an answer the other way", () -> ask(net, 1, 2).contains("peer="));
      for (int round = 0; round < 3; round++) {
        for (int caller : List.of(0, 2, 1)) {
          assertThat(ask(net, caller, 1)).isEqualTo("peer=" + Namespaces.address(caller));
        }
        assertThat(ask(net, 1, 2)).isEqualTo("peer=" + Namespaces.address(1));
        assertThat(greeting(net, 0, 1)).isEqualTo("welcome " + Namespaces.address(0));
      }
      assertThat(stats(net, 1))
          .containsPattern("listener\\.0\\.0\\.0\\.0_15006\\.ssl\\.handshake: [1-9]");
      everyPortIsOdd(net);
      // a flood of SYNs makes the kernel answer with cookies: the proxy is who takes them back
      Namespaces.run(Namespaces.in(net.machine(1), "sysctl", "-w", "net.ipv4.tcp_syncookies=2"));
      assertThat(greeting(net, 2, 1)).isEqualTo("welcome " + Namespaces.address(2));

      // the proxy's own pages, and by them the application's, are for everybody on this network
      String readiness = "http://" + Namespaces.address(1) + ":15021/healthz/ready";
      Namespaces.run(Namespaces.in(net.hub(), "curl", "-sSf", "-m", "5", readiness));
      String probe = "http://" + Namespaces.address(1) + ":15020/app-health/app/readyz";
      Namespaces.run(Namespaces.in(net.hub(), "curl", "-sSf", "-m", "5", probe));
      // the application is for the mesh's
      String application = "http://" + Namespaces.address(1) + ":8080/";
      assertThat(page(net.hub(), application)).isEmpty();

      sidecars.get(1).terminate();
      sidecars.get(1).awaitExit(Duration.ofSeconds(30));
      assertThat(rules(net.machine(1))).isEqualTo(before);
    }
  }

  private Program sidecar(TestMesh mesh, Namespaces net, int machine) throws IOException {
    return mesh.sidecar(
        NAMES.get(machine),
        "10.77.0.1:15012",
        Namespaces.in(net.machine(machine), "env", PROBERS),
        List.of(
            "--intercept",
            "tproxy",
            "--run-as",
            "1000:1000",
            "--address",
            Namespaces.address(machine),
            "--health-port",
            "15021",
            "--status-port",
            "15020",
            "--",
            "/usr/bin/python3",
            directory.resolve("peer.py").toString()));
  }

  /** Why this kernel can't; empty: it can. */
  private static String lacking(String namespace) throws InterruptedException {
    try {
      for (String command :
          List.of(
              "iptables -t mangle -N TRIAL",
              "iptables -t mangle -A TRIAL -p tcp -j TPROXY --on-port 1 --tproxy-mark 1",
              "iptables -t mangle -F TRIAL",
              "iptables -t mangle -X TRIAL")) {
        Namespaces.run(Namespaces.in(namespace, command.split(" ", -1)));
      }
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** What one's program gets from another's, asked by the service's address as a user would. */
  private static String ask(Namespaces net, int from, int to)
      throws IOException, InterruptedException {
    String url = "http://10.77.0.10" + to + ":8080/";
    String host = "host: " + NAMES.get(to) + ".shop.svc.cluster.local:8080";
    return Namespaces.run(asUser(net.machine(from), "curl", "-sS", "-m", "5", "-H", host, url));
  }

  private static String greeting(Namespaces net, int from, int to)
      throws IOException, InterruptedException {
    String read = "exec 3<>/dev/tcp/10.77.0.10" + to + "/3306; exec timeout 5 cat <&3";
    return Namespaces.run(asUser(net.machine(from), "bash", "-c", read));
  }

  private static List<String> asUser(String namespace, String... command) {
    List<String> all =
        Namespaces.in(namespace, "setpriv", "--reuid=1000", "--regid=1000", "--clear-groups");
    all.addAll(List.of(command));
    return all;
  }

  /** A client has even ones: with the same, its connection would be reset by the proxy's. */
  private static void everyPortIsOdd(Namespaces net) throws IOException, InterruptedException {
    List<String> sources =
        Namespaces.run(
                Namespaces.in(
                    net.machine(1), "ss", "-tnH", "state", "established", "dport", "=", ":8080"))
            .lines()
            .map(line -> line.strip().split(" +")[2])
            .filter(source -> !source.contains(Namespaces.address(1)))
            .toList();
    assertThat(sources)
        .isNotEmpty()
        .allMatch(source -> Integer.parseInt(source.replaceAll(".*:", "")) % 2 == 1);
  }

  private static String stats(Namespaces net, int machine)
      throws IOException, InterruptedException {
    return page(net.machine(machine), "http://127.0.0.1:15000/stats");
  }

  private static String page(String namespace, String url) throws InterruptedException {
    try {
      return Namespaces.run(Namespaces.in(namespace, "curl", "-sSf", "-m", "5", url));
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Rules of iptables and chains of ours, and rules of routing and the tables that are not main.
   */
  private static List<String> rules(String namespace) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>();
    for (String command :
        List.of(
            "iptables-save",
            "ip6tables-save",
            "ip -4 rule show",
            "ip -6 rule show",
            "ip -4 route show table all",
            "ip -6 route show table all")) {
      Namespaces.run(Namespaces.in(namespace, command.split(" ", -1)))
          .lines()
          .filter(line -> line.matches("-A.*|:ISTIO.*|\\d+:.*|.* table .*"))
          .filter(line -> !line.contains("dev eth0")) // whose IPv6 address comes after a while
          .map(line -> command + ": " + line)
          .forEach(all::add);
    }
    return all;
  }
}
