package io.outrigger.e2e.consul;

import io.outrigger.e2e.Installed;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A real Consul agent that keeps its data, to be killed and started again. */
final class Agent implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Path directory;
  private final List<Integer> ports;
  private @Nullable Program program;
  private int starts;

  Agent(Path directory) throws IOException {
    this.directory = directory;
    this.ports = FreePorts.find(4);
  }

  String address() {
    return "http://127.0.0.1:" + ports.getFirst();
  }

  Agent start() throws IOException {
    program =
        Program.start(
            "consul",
            List.of(
                Installed.consul(),
                "agent",
                "-server",
                "-bootstrap-expect=1",
                "-node=n1",
                "-bind=127.0.0.1",
                "-data-dir=" + directory.resolve("consul"),
                "-http-port=" + ports.get(0),
                "-server-port=" + ports.get(1),
                "-serf-lan-port=" + ports.get(2),
                "-serf-wan-port=" + ports.get(3),
                "-dns-port=-1",
                "-hcl=performance { raft_multiplier = 1 }"),
            Map.of(),
            directory.resolve("consul-" + starts++ + ".log"));
    return this;
  }

  void kill() {
    Objects.requireNonNull(program).close();
  }

  /** PUTs; true: it answered 200. */
  boolean put(String path, String body) throws IOException, InterruptedException {
    return client
            .send(
                HttpRequest.newBuilder(URI.create(address() + path))
                    .PUT(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.discarding())
            .statusCode()
        == 200;
  }

  String get(String path) throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(address() + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Override
  public void close() {
    if (program != null) {
      program.close();
    }
    client.shutdownNow();
  }
}
