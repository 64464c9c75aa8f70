package io.outrigger.cli.train;

import io.outrigger.cli.local.LocalMesh;
import io.outrigger.identity.ServiceTokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

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
  private final int application;
  private final List<Integer> ports = TrainingConfig.freePorts(9);

  /** {@code application}: the port of what answers behind the sidecar. */
  TrainingMesh(Path home, Path run, int application) throws IOException {
    this.run = run;
    this.application = application;
    mesh =
        new LocalMesh(
            home, run, new LocalMesh.ControlPorts(ports.get(0), ports.get(1), ports.get(2)));
  }

  /** Whether the control plane serves now. */
  boolean start() throws IOException, InterruptedException {
    Path config =
        Files.writeString(
            run.resolve("mesh.yaml"), CONFIG.replace("INBOUND", Integer.toString(inbound())));
    mesh.startControl(List.of(config), line -> {});
    return mesh.awaitControl(LIMIT);
  }

  /** What the sidecar is started with. */
  List<String> sidecar() throws IOException {
    Path token = run.resolve("echo.token");
    ServiceTokens tokens = ServiceTokens.open(mesh.controlState(), InstantSource.system());
    Files.writeString(token, tokens.issue("train", "echo", Duration.ofHours(1)));
    return List.of(
        "--service=echo",
        "--namespace=train",
        "--service-account=echo",
        "--instance=echo-1",
        "--label=app=echo",
        "--app-port=" + application,
        "--inbound-port=" + inbound(),
        "--http-proxy-port=" + ports.get(4),
        "--admin-port=" + ports.get(5),
        "--status-port=" + ports.get(6),
        "--health-port=" + ports.get(7),
        "--stats-port=" + ports.get(8),
        "--control=127.0.0.1:" + ports.get(0),
        "--ca-file=" + mesh.controlState().resolve("root-cert.pem"),
        "--token-file=" + token,
        "--state-dir=" + run.resolve("echo"),
        "--log-level=warning");
  }

  private int inbound() {
    return ports.get(3);
  }

  /** A client whose calls go out through the sidecar. */
  HttpClient.Builder client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .proxy(
            ProxySelector.of(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(4))));
  }

  /** The service, for that client. */
  URI service() {
    return URI.create("http://echo.train:9080/bulk");
  }

  /** What probes and Prometheus ask a sidecar for. */
  List<URI> pages() {
    return List.of(
        page(6, "/stats/prometheus"), page(7, "/healthz/ready"), page(8, "/stats/prometheus"));
  }

  private URI page(int port, String path) {
    return URI.create("http://127.0.0.1:" + ports.get(port) + path);
  }

  @Override
  public void close() {
    mesh.end();
  }
}
