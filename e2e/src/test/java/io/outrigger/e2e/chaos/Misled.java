package io.outrigger.e2e.chaos;

import io.outrigger.e2e.differential.ProxyUnderTest;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One of the two proxies, with upstreams of its own that misbehave as a request asks them to. */
final class Misled implements AutoCloseable {
  private final Path directory;
  private final Map<String, Integer> ports = new HashMap<>();
  private final Program http1;
  private final Program http2;
  private final ProxyUnderTest proxy;

  Misled(String who, Path directory) throws IOException {
    this.directory = directory;
    List<Integer> free = FreePorts.find(4);
    List<String> words = List.of("admin", "in", "http1", "http2");
    String yaml = text("proxy.yaml").replace("{{log}}", log().toString());
    for (int i = 0; i < words.size(); i++) {
      ports.put(words.get(i), free.get(i));
      yaml = yaml.replace("{{" + words.get(i) + "}}", free.get(i).toString());
    }
    http1 = upstream("http1");
    http2 = upstream("http2");
    proxy =
        who.equals("envoy")
            ? ProxyUnderTest.envoy(yaml, ports, directory)
            : ProxyUnderTest.outrigger(yaml, ports, directory);
  }

  private Program upstream(String name) throws IOException {
    Program program =
        Program.start(
            name,
            ChaosUpstream.command(port(name), notes(name)),
            Map.of(),
            directory.resolve(name + ".log"));
    await(name + " is up", () -> RawClient.get(port(name), "/mode/ok").contains("200"));
    return program;
  }

  private int port(String name) {
    Integer port = ports.get(name);
    if (port == null) {
      throw new AssertionError("no port " + name);
    }
    return port;
  }

  private Path notes(String upstream) {
    return directory.resolve(upstream + ".notes");
  }

  private Path log() {
    return directory.resolve("access.log");
  }

  /** Asks for that answer, with so long a body; what the client saw goes into the map. */
  void ask(String method, String host, Misbehaviour kind, int body, Map<String, String> into)
      throws IOException {
    String id = host + "-" + method.toLowerCase(Locale.ROOT) + "-" + kind.mode();
    if (host.endsWith("http2")) {
      RawClient.get(port("http2"), "/mode/" + kind.mode());
    }
    String head =
        "%s /x HTTP/1.1\r\nhost: %s\r\nx-id: %s\r\nx-mode: %s\r\n"
                .formatted(method, host, id, kind.mode())
            + (method.equals("POST") ? "content-length: " + body + "\r\n" : "");
    String answer;
    try (RawClient client = new RawClient(proxy.port("in"))) {
      client.send(head + "connection: close\r\n\r\n");
      try {
        client.send("b".repeat(method.equals("POST") ? body : 0));
      } catch (IOException e) {
        // refused in the middle
      }
      answer = client.rest();
    }
    int end = answer.indexOf("\r\n\r\n");
    into.put(
        id,
        answer.length() < 12 || end < 0
            ? "nothing"
            : answer.substring(9, 12) + " " + answer.substring(end + 4));
  }

  /** Whether a request that asks for nothing odd is answered within a second. */
  boolean answersAtOnce() throws IOException {
    long begin = System.nanoTime();
    try (RawClient client = new RawClient(proxy.port("in"))) {
      client.send("GET /x HTTP/1.1\r\nhost: once\r\nx-id: fine\r\n\r\n");
      return client.response(false).endsWith("\r\n\r\nok")
          && System.nanoTime() - begin < Duration.ofSeconds(1).toNanos();
    }
  }

  /** What clients saw, and what the access log says of it. */
  Map<String, String> logged(Map<String, String> seen) {
    Map<String, String> lines = new HashMap<>();
    await(
        "the log has all",
        () -> {
          for (String line : Files.readAllLines(log())) {
            lines.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ')));
          }
          return lines.keySet().containsAll(seen.keySet());
        });
    Map<String, String> out = new LinkedHashMap<>();
    seen.forEach((id, answer) -> out.put(id, answer + lines.get(id)));
    return out;
  }

  /** The ids of requests that upstreams have read. */
  List<String> executed() throws IOException {
    List<String> all = new ArrayList<>(ChaosUpstream.read(notes("http1")));
    all.addAll(ChaosUpstream.read(notes("http2")));
    return all;
  }

  /** How often each request was executed whose id begins so. */
  Map<String, Integer> executed(String prefix) throws IOException {
    Map<String, Integer> times = new HashMap<>();
    for (String id : executed()) {
      if (id.startsWith(prefix)) {
        times.merge(id, 1, Integer::sum);
      }
    }
    return times;
  }

  void await(String what, Await.Condition condition) {
    Await.until(what, Duration.ofSeconds(30), condition);
  }

  private static String text(String name) throws IOException {
    try (InputStream in = Misled.class.getResourceAsStream("/chaos/" + name)) {
      if (in == null) {
        throw new AssertionError("no resource chaos/" + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    proxy.close();
    http1.close();
    http2.close();
  }
}
