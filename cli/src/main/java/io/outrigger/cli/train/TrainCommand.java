package io.outrigger.cli.train;

import com.sun.net.httpserver.HttpServer;
import io.outrigger.cli.local.Directories;
import io.outrigger.cli.local.Readiness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains the ahead-of-time cache of a process; bin/train-aot calls it after a build. */
@Command(name = "train", hidden = true, description = "makes the proxy's ahead-of-time cache")
public final class TrainCommand implements Callable<Integer> {
  private static final int REQUESTS = 3_000;
  private static final int REQUESTS_AN_INTERRUPTION = 50;
  private static final int CALLERS = 8;
  private static final int MESH_REQUESTS = 200;
  private static final int BULK_REQUESTS = 100;
  private static final int BULK_BYTES = 1 << 20;

  /**
   * The JVM's profiles of methods stay out of the cache: they are of all the traffic that a proxy
   * may see, and with them the compiler waits for classes that this one never needs. Without them
   * it is done after three seconds of load instead of nine, a start takes 50 ms less, and 4 MB
   * aren't resident.
   */
  private static final String WITHOUT_PROFILES =
      "-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining";

  @Option(names = "--control", description = "the control plane's, instead of the proxy's")
  private boolean control;

  @Parameters(index = "0", description = "the file to make")
  private Path cache = Path.of("");

  @Override
  public Integer call() throws Exception {
    Path home = Path.of(System.getenv().getOrDefault("OUTRIGGER_HOME", "."));
    if (control) {
      return new ControlTraining(cache).run(home) ? 0 : 1;
    }
    Path directory = Files.createTempDirectory("outrigger-train");
    HttpServer bulk = bulkServer();
    TrainingConfig config = TrainingConfig.write(directory, bulk.getAddress().getPort());
    try (TrainingMesh mesh = new TrainingMesh(home, directory, bulk.getAddress().getPort())) {
      if (!mesh.start() || !train(home, directory, config, mesh)) {
        return noCache(directory);
      }
    } finally {
      bulk.stop(0);
    }
    Directories.delete(directory);
    return 0;
  }

  private static int noCache(Path directory) {
    System.err.println(
        "outrigger: no ahead-of-time cache; processes start without. The logs are in " + directory);
    return 1;
  }

  private boolean train(Path home, Path directory, TrainingConfig config, TrainingMesh mesh)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                home.resolve("bin/outrigger").toString(),
                "training",
                "-c",
                config.file().toString(),
                "-l",
                "warning",
                "--drain-time-s",
                "1",
                "--"));
    command.addAll(mesh.sidecar());
    Path log = directory.resolve("proxy.log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "OUTRIGGER_BUILD", "never",
                "OUTRIGGER_AOT", "off",
                "OUTRIGGER_JAVA_OPTS", WITHOUT_PROFILES + " -XX:AOTCacheOutput=" + cache));
    Process process = builder.start();
    try {
      boolean served = load(config, process) && load(mesh, process);
      process.destroy();
      return process.waitFor(90, TimeUnit.SECONDS) && served && Files.exists(cache);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Takes a body, and answers with one as large. */
  private static HttpServer bulkServer() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/bulk",
        exchange -> {
          try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    return server;
  }

  private static boolean load(TrainingConfig config, Process process) throws InterruptedException {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    List<URI> targets = config.targets();
    if (!awaitAnswer(client, targets.get(0), process)) {
      return false;
    }
    byte[] body = new byte[BULK_BYTES];
    for (int i = 0; i < BULK_REQUESTS; i++) {
      answers(client, config.bulk(i), HttpRequest.BodyPublishers.ofByteArray(body));
    }
    Interruptions interruptions = new Interruptions(targets.get(0).getPort());
    AtomicInteger left = new AtomicInteger(REQUESTS);
    CountDownLatch done = new CountDownLatch(CALLERS);
    for (int i = 0; i < CALLERS; i++) {
      Thread.ofVirtual()
          .start(
              () -> {
                for (int n = left.getAndDecrement(); n > 0; n = left.getAndDecrement()) {
                  answers(client, targets.get(n % targets.size()));
                  if (n % REQUESTS_AN_INTERRUPTION == 0) {
                    interruptions.interrupt(n / REQUESTS_AN_INTERRUPTION);
                  }
                }
                done.countDown();
              });
    }
    done.await(60, TimeUnit.SECONDS);
    for (String page :
        List.of("/stats", "/stats/prometheus", "/config_dump", "/clusters", "/ready")) {
      answers(client, config.admin().resolve(page));
    }
    client.shutdownNow();
    return true;
  }

  /** Calls through the sidecar, and what is asked of it beside them. */
  private static boolean load(TrainingMesh mesh, Process process) throws InterruptedException {
    try (HttpClient client = mesh.client().build()) {
      if (!awaitAnswer(client, mesh.service(), process)) {
        return false;
      }
      for (int i = 0; i < MESH_REQUESTS; i++) {
        answers(client, mesh.service());
      }
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return mesh.pages().stream().allMatch(page -> answers(client, page));
    }
  }

  private static boolean awaitAnswer(HttpClient client, URI uri, Process process)
      throws InterruptedException {
    return Readiness.await(Duration.ofSeconds(30), () -> !process.isAlive() || answers(client, uri))
        && process.isAlive();
  }

  private static boolean answers(HttpClient client, URI uri) {
    return answers(client, uri, null);
  }

  private static boolean answers(
      HttpClient client, URI uri, HttpRequest.@Nullable BodyPublisher body) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri)
              .timeout(Duration.ofSeconds(5))
              .header("x-number", Long.toString(System.nanoTime()));
      if (body != null) {
        request.POST(body);
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
