package io.outrigger.cli.train;

import io.outrigger.cli.local.FreePorts;
import io.outrigger.cli.local.LocalMesh;
import io.outrigger.cli.local.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * A control plane with one service, whose sidecar calls itself: so one process gets its certificate
 * and its configuration as sidecars do, and sees both ends of what goes on between them.
 */
final class TrainingMesh implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final String CONFIG =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: train}
      spec: {selector: {app: echo}, ports: [{name: http, port: 9080}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: echo, namespace: train}
      spec:
        address: 127.0.0.1
        ports: {http: INBOUND}
        labels: {app: echo}
        serviceAccount: echo
      ---
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: train}
      spec: {mtls: {mode: STRICT}}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: train}
      spec:
        hosts: [echo]
        http: [{timeout: 5s, retries: {attempts: 2}, route: [{destination: {host: echo}}]}]
      """;

  private final LocalMesh mesh;
  private final Path run;
  private final Workload echo;
  private final int statusPort;
  private final int healthPort;
  private final int statsPort;

  /** {@code application}: the port of what answers behind the sidecar. */
  TrainingMesh(Path home, Path run, int application) throws IOException {
    this.run = run;
    Iterator<Integer> free = FreePorts.find(9).iterator();
    mesh =
        new LocalMesh(home, run, new LocalMesh.ControlPorts(free.next(), free.next(), free.next()));
    echo =
        new Workload(
            "echo-1",
            "echo",
            "train",
            Map.of("app", "echo"),
            application,
            free.next(),
            free.next(),
            free.next(),
            Map.of(),
            List.of());
    statusPort = free.next();
    healthPort = free.next();
    statsPort = free.next();
  }

  /** Whether the control plane serves now. */
  boolean start() throws IOException, InterruptedException {
    Path config =
        Files.writeString(
            run.resolve("mesh.yaml"),
            CONFIG.replace("INBOUND", Integer.toString(echo.inboundPort())));
    mesh.startControl(List.of(config), line -> {});
    return mesh.awaitControl(LIMIT);
  }

  /** What the sidecar is started with. */
  List<String> sidecar() throws IOException {
    List<String> flags = new ArrayList<>(mesh.sidecarFlags(echo, mesh.writeToken(echo)));
    flags.addAll(
        List.of(
            "--status-port=" + statusPort,
            "--health-port=" + healthPort,
            "--stats-port=" + statsPort,
            "--log-level=warning"));
    return flags;
  }

  /** A client whose calls go out through the sidecar. */
  HttpClient.Builder client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .proxy(
            ProxySelector.of(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), echo.proxyPort())));
  }

  /** The service, for that client. */
  URI service() {
    return URI.create("http://echo.train:9080/bulk");
  }

  /** What probes and Prometheus ask a sidecar for. */
  List<URI> pages() {
    return List.of(
        page(statusPort, "/stats/prometheus"),
        page(healthPort, "/healthz/ready"),
        page(statsPort, "/stats/prometheus"));
  }

  private URI page(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  @Override
  public void close() {
    mesh.end();
  }
}
