package io.outrigger.e2e.differential;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.outrigger.api.schema.ProtoJson;
import io.outrigger.api.schema.ProtoYaml;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * An authorization service for one proxy: it answers a request as its header {@code x-authz} names,
 * a connection by the port that it came to, and keeps what it was asked.
 */
final class Authorizer {
  /** What a service does that gives no answer: it never does, or by gRPC's status. */
  static final byte[] SILENT = {};

  private final Map<String, byte[]> answers = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<byte[]> asked = new ConcurrentLinkedQueue<>();

  /** The CheckResponse of this name. */
  void answer(String name, String yaml, Map<String, Integer> ports) throws IOException {
    try {
      byte[] wire =
          ProtoYaml.toWire(
              "envoy.service.auth.v3.CheckResponse", Yaml.parse(name, yaml), new ArrayList<>());
      answers.put(ports.containsKey(name) ? ports.get(name).toString() : name, wire);
    } catch (YamlException e) {
      throw new IOException(e);
    }
  }

  /** The answer's bytes; {@link #SILENT}; null: an error. */
  byte[] ask(byte[] question) throws InvalidProtocolBufferException {
    asked.add(question);
    AttributeContext context = CheckRequest.parseFrom(question).getAttributes();
    String name = context.getRequest().getHttp().getHeadersMap().get("x-authz");
    if (name == null) {
      name =
          context.getRequest().hasHttp()
              ? "default"
              : Integer.toString(
                  context.getDestination().getAddress().getSocketAddress().getPortValue());
    }
    return name.equals("silent") ? SILENT : answers.get(name);
  }

  /** The next {@code count} questions, in the order of their coming. */
  String asked(int count, Map<String, Integer> ports) {
    Await.until(count + " questions", Duration.ofSeconds(10), () -> asked.size() >= count);
    List<String> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String json = ProtoJson.toJson("envoy.service.auth.v3.CheckRequest", asked.remove());
      String masked =
          json.replaceAll("\"id\": *\"\\d+\"", "\"id\": ID")
              .replaceAll("\"time\": *\"[^\"]*\"", "\"time\": TIME");
      for (Map.Entry<String, Integer> port : ports.entrySet()) {
        masked =
            masked.replaceAll(
                "(\"port_?[vV]alue\": *)" + port.getValue() + "\\b", "$1" + port.getKey());
      }
      masked = masked.replaceAll("(\"port_?[vV]alue\": *)\\d+", "$1PORT");
      TreeSet<String> lines = new TreeSet<>();
      flatten("", parsed(masked), lines);
      out.add(
          Answers.mask(String.join("\n", lines), ports).replaceAll("-----BEGIN.*", "CERTIFICATE"));
    }
    return String.join("\n", out);
  }

  private static Node parsed(String json) {
    try {
      return Yaml.parse("asked", json);
    } catch (YamlException e) {
      throw new AssertionError(json, e);
    }
  }

  /** A line a field, so that the order of maps doesn't count. */
  private static void flatten(String path, Node node, TreeSet<String> lines) {
    switch (node) {
      case Node.Mapping mapping ->
          mapping
              .entries()
              .forEach(entry -> flatten(path + "/" + entry.key(), entry.value(), lines));
      case Node.Sequence sequence -> {
        for (int i = 0; i < sequence.items().size(); i++) {
          flatten(path + "/" + i, sequence.items().get(i), lines);
        }
      }
      case Node.Scalar scalar -> lines.add(path + " " + scalar.text());
      default -> throw new AssertionError(node);
    }
  }
}
