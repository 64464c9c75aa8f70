package io.outrigger.e2e.tracing;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.e2e.Installed;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A real Zipkin, which keeps its spans in memory. */
public final class Zipkin implements AutoCloseable {
  private final int port;
  private final Program server;

  private Zipkin(int port, Program server) {
    this.port = port;
    this.server = server;
  }

  /** Starts one; it takes seconds until it is {@link #awaitReady() ready}. */
  public static Zipkin start(int port, Path directory) throws IOException {
    return new Zipkin(
        port,
        Program.start(
            "zipkin",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                Installed.zipkin()),
            Map.of("QUERY_PORT", String.valueOf(port), "STORAGE_TYPE", "mem"),
            directory.resolve("zipkin.log")));
  }

  public void awaitReady() {
    Await.until(
        "zipkin is ready",
        Duration.ofSeconds(60),
        () -> server.alive() && get("/health").contains("\"UP\""));
  }

  /** The spans of a trace, once they are so many. */
  List<Node.Mapping> trace(String id, int count) {
    List<Node.Mapping> spans = new ArrayList<>();
    Await.until(
        count + " spans of trace " + id,
        Duration.ofSeconds(15),
        () -> {
          spans.clear();
          String answer = get("/api/v2/trace/" + id);
          int body = answer.indexOf("\n[");
          if (body < 0) {
            return false;
          }
          list(answer.substring(body, answer.lastIndexOf(']') + 1))
              .forEach(span -> spans.add((Node.Mapping) span));
          return spans.size() >= count;
        });
    return spans;
  }

  /** Traces as Zipkin lists them, each as its shape. */
  public static List<List<String>> shapes(String traces) throws IOException {
    List<List<String>> out = new ArrayList<>();
    for (Node trace : list(traces)) {
      out.add(
          shape(((Node.Sequence) trace).items().stream().map(Node.Mapping.class::cast).toList()));
    }
    return out;
  }

  /** Each span by its kind, service and parent, those of callers first. */
  static List<String> shape(List<Node.Mapping> spans) {
    List<String> out = new ArrayList<>();
    for (Node.Mapping span : spans) {
      String parent = "nothing";
      String shared = "";
      for (Node.Mapping other : spans) {
        if (other != span && text(other, "id").equals(text(span, "parentId"))) {
          parent = name(other);
        }
        if (text(span, "shared").equals("true")
            && other != span
            && text(other, "id").equals(text(span, "id"))) {
          shared = " shared with " + name(other);
        }
      }
      out.add(name(span) + shared + " of " + parent);
    }
    return out.stream().sorted(Comparator.comparing(String::length)).toList();
  }

  private static List<Node> list(String json) throws IOException {
    try {
      return ((Node.Sequence) Yaml.parse("spans", json)).items();
    } catch (YamlException e) {
      throw new IOException(json, e);
    }
  }

  private static String name(Node.Mapping span) {
    return text(span, "kind") + " " + text((Node.Mapping) span.get("localEndpoint"), "serviceName");
  }

  private static String text(Node.Mapping of, String key) {
    return of.get(key) instanceof Node.Scalar scalar ? scalar.text() : "";
  }

  private String get(String path) throws IOException {
    try (RawClient client = new RawClient(port)) {
      client.send("GET " + path + " HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
      return client.rest();
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
