package io.outrigger.e2e.differential;

import io.outrigger.e2e.Installed;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One of the two proxies, running on a configuration of a test. */
public final class ProxyUnderTest implements AutoCloseable {
  private final Program program;
  private final Map<String, Integer> ports;

  private final Path directory;

  private ProxyUnderTest(Program program, Map<String, Integer> ports, Path directory) {
    this.program = program;
    this.ports = ports;
    this.directory = directory;
  }

  /** Starts a real Envoy. */
  public static ProxyUnderTest envoy(String yaml, Map<String, Integer> ports, Path directory)
      throws IOException {
    return start(
        "envoy",
        List.of(
            Installed.envoy(),
            "--concurrency",
            "1",
            "--disable-hot-restart",
            "-l",
            "warning",
            "--file-flush-interval-msec",
            "200",
            "--drain-time-s",
            "2"),
        yaml,
        ports,
        directory);
  }

  /** Starts ours. */
  public static ProxyUnderTest outrigger(String yaml, Map<String, Integer> ports, Path directory)
      throws IOException {
    return start(
        "outrigger",
        List.of(
            Installed.outrigger(),
            "proxy",
            "--concurrency",
            "1",
            "-l",
            "warning",
            "--file-flush-interval-msec",
            "200",
            "--drain-time-s",
            "2"),
        yaml,
        ports,
        directory);
  }

  private static ProxyUnderTest start(
      String name, List<String> command, String yaml, Map<String, Integer> ports, Path directory)
      throws IOException {
    Path file = directory.resolve(name + ".yaml");
    Files.writeString(file, yaml);
    List<String> all = new java.util.ArrayList<>(command);
    all.addAll(List.of("-c", file.toString()));
    Program program =
        Program.start(
            name, all, Map.of("OUTRIGGER_BUILD", "never"), directory.resolve(name + ".log"));
    ProxyUnderTest proxy = new ProxyUnderTest(program, ports, directory);
    try {
      Await.until(
          name + " is ready",
          Duration.ofSeconds(30),
          () -> {
            if (!program.alive()) {
              throw new AssertionError(name + " ended:\n" + program.output());
            }
            return proxy.admin("/ready").contains("LIVE");
          });
    } catch (AssertionError e) {
      String output = program.output();
      program.close();
      throw new AssertionError(e.getMessage() + "\n" + output, e);
    }
    return proxy;
  }

  /** The port that the configuration calls by this word. */
  public int port(String word) {
    Integer port = ports.get(word);
    if (port == null) {
      throw new AssertionError("the case has no port called " + word);
    }
    return port;
  }

  /** A page of the admin port. */
  public String admin(String path) throws IOException {
    try (RawClient client = new RawClient(port("admin"))) {
      client.send("GET " + path + " HTTP/1.1\r\nhost: admin\r\nconnection: close\r\n\r\n");
      return client.response(false);
    }
  }

  /** Where the proxy's configuration, log and files are. */
  Path directory() {
    return directory;
  }

  public Program program() {
    return program;
  }

  @Override
  public void close() {
    program.close();
  }
}
