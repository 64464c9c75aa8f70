package io.outrigger.cli.train;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.outrigger.cli.local.Directories;
import io.outrigger.cli.local.FreePorts;
import io.outrigger.cli.local.Readiness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Starts a control plane under an API server that has nothing, and ends it: what a start needs is
 * then known, above all the client of Kubernetes.
 */
final class ControlTraining {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private static final String CONFIG =
      """
      apiVersion: mesh.istio.io/v1alpha1
      kind: MeshConfig
      metadata: {name: mesh}
      spec: {accessLogFile: /dev/stdout}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: a}
      spec:
        hosts: [a.example]
        resolution: STATIC
        ports: [{number: 80, name: http, protocol: HTTP}]
        endpoints: [{address: 192.0.2.1}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: a, namespace: a}
      spec: {hosts: [a.example], http: [{timeout: 1s, route: [{destination: {host: a.example}}]}]}
      """;

  private static final String KUBECONFIG =
      """
      apiVersion: v1
      kind: Config
      clusters: [{name: none, cluster: {server: "http://127.0.0.1:PORT"}}]
      contexts: [{name: none, context: {cluster: none, user: none}}]
      users: [{name: none, user: {token: none}}]
      current-context: none
      """;

  private final Path cache;
  private final CountDownLatch end = new CountDownLatch(1);

  ControlTraining(Path cache) {
    this.cache = cache;
  }

  /** Whether there is a cache now; if not, says so. */
  boolean run(Path home) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("outrigger-train");
    if (!train(home, directory)) {
      System.err.println(
          "outrigger: no ahead-of-time cache; the control plane starts without. Its log is in "
              + directory);
      return false;
    }
    Directories.delete(directory);
    return true;
  }

  private boolean train(Path home, Path directory) throws IOException, InterruptedException {
    HttpServer api =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    api.createContext("/", this::nothing);
    api.start();
    List<Integer> ports = FreePorts.find(4);
    ProcessBuilder builder =
        new ProcessBuilder(
                home.resolve("bin/outrigger").toString(),
                "control",
                "--kubeconfig",
                write(
                    directory,
                    "kubeconfig",
                    KUBECONFIG.replace("PORT", Integer.toString(api.getAddress().getPort()))),
                "--config",
                write(directory, "mesh.yaml", CONFIG),
                "--injection",
                write(directory, "injection.yaml", "revision: default\n"),
                "--state-dir",
                directory.resolve("state").toString(),
                "--port",
                Integer.toString(ports.get(0)),
                "--plaintext-port",
                Integer.toString(ports.get(1)),
                "--monitoring-port",
                Integer.toString(ports.get(2)),
                "--webhook-port",
                Integer.toString(ports.get(3)))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("control.log").toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "OUTRIGGER_BUILD", "never",
                "OUTRIGGER_AOT", "off",
                "OUTRIGGER_JAVA_OPTS", "-XX:AOTCacheOutput=" + cache));
    Process process = builder.start();
    try {
      boolean ready = isReady(process, ports.get(2));
      process.destroy();
      return process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) && ready && Files.exists(cache);
    } finally {
      process.destroyForcibly();
      end.countDown();
      api.stop(0);
    }
  }

  private static String write(Path directory, String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  /** A list is empty, and nothing ever changes. */
  private void nothing(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = exchange.getRequestURI().getRawQuery();
      exchange.getResponseHeaders().set("content-type", "application/json");
      if (query != null && query.contains("watch=true")) {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().flush();
        end.await();
        return;
      }
      byte[] body =
          "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}"
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isReady(Process process, int port) throws InterruptedException {
    Readiness readiness = new Readiness();
    return Readiness.await(
            LIMIT,
            () -> !process.isAlive() || readiness.answers("http://127.0.0.1:" + port + "/ready"))
        && process.isAlive();
  }
}
