package io.outrigger.e2e.differential;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.outrigger.api.schema.ProtoJson;
import io.outrigger.api.schema.ProtoYaml;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An authorization service and a processor for one proxy: it answers a request as its header {@code
 * x-authz} or {@code x-proc} names, a connection by the port that it came to, and keeps what it was
 * asked.
 */
final class Authorizer {
  /** What a service does that gives no answer: it never does, or by gRPC's status. */
  static final byte[] SILENT = {};

  private final Map<String, byte[]> answers = new ConcurrentHashMap<>();
  private final Map<String, List<byte[]>> processed = new ConcurrentHashMap<>();
  private final List<Asked> asked = new ArrayList<>();
  private Object last;
  private ProcessingRequest kept;

  /** A question, a message of this type. */
  private record Asked(String type, byte[] message) {}

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
    synchronized (asked) {
      asked.add(new Asked("envoy.service.auth.v3.CheckRequest", question));
    }
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

  /**
   * What a processor answers, one ProcessingResponse or a list of them: to a message that this
   * names by x-proc, a dot, and what it is about, "_end" behind it for what ends a body; "_first"
   * is said before the answer to a body's first part.
   */
  void process(String name, String yaml) throws IOException {
    try {
      Node parsed = Yaml.parse(name, yaml);
      List<byte[]> wires = new ArrayList<>();
      for (Node each : parsed instanceof Node.Sequence list ? list.items() : List.of(parsed)) {
        wires.add(
            ProtoYaml.toWire(
                "envoy.service.ext_proc.v3.ProcessingResponse", each, new ArrayList<>()));
      }
      processed.put(name, wires);
    } catch (YamlException e) {
      throw new IOException(e);
    }
  }

  /** What x-proc says in the head that a processor is told first; empty: nothing. */
  static String named(ProcessingRequest request) {
    for (HeaderValue header : request.getRequestHeaders().getHeaders().getHeadersList()) {
      if (header.getKey().equals("x-proc")) {
        return header.getRawValue().toStringUtf8();
      }
    }
    return "";
  }

  /** The answers to a question on this stream; what has none of its own goes on as it is. */
  List<byte[]> process(Object stream, String name, byte[] question)
      throws InvalidProtocolBufferException {
    ProcessingRequest request = ProcessingRequest.parseFrom(question);
    boolean goesOn = keep(stream, request);
    String about = request.getRequestCase().name().toLowerCase(Locale.ROOT);
    String key = name + "." + about.replace("_headers", "");
    boolean ends = request.getRequestBody().getEndOfStream();
    ends |= request.getResponseBody().getEndOfStream();
    if (key.equals("silent.request") || key.equals("mute.response")) {
      return List.of();
    }
    if (name.equals("garbage")) {
      return List.of(new byte[] {0x0a, 0x7f});
    }
    List<byte[]> answer = ends ? processed.get(key + "_end") : null;
    int plain = request.getRequestCase().getNumber() - 1; // an empty answer to that
    if (answer == null) {
      answer = processed.getOrDefault(key, List.of(new byte[] {(byte) (plain << 3 | 2), 0}));
    }
    List<byte[]> before = goesOn ? null : processed.get(key + "_first");
    if (before == null) {
      return answer;
    }
    List<byte[]> all = new ArrayList<>(before);
    all.addAll(answer);
    return all;
  }

  /** Parts of one body that come one after the other are one question: where it is cut is free. */
  private boolean keep(Object stream, ProcessingRequest request) {
    synchronized (asked) {
      ProcessingRequest before = stream == last ? kept : null;
      boolean goesOn = before != null && request.getRequestCase() == before.getRequestCase();
      if (goesOn) {
        asked.remove(asked.size() - 1);
        kept =
            request.hasRequestBody()
                ? before.toBuilder()
                    .setRequestBody(joined(before.getRequestBody(), request.getRequestBody()))
                    .build()
                : before.toBuilder()
                    .setResponseBody(joined(before.getResponseBody(), request.getResponseBody()))
                    .build();
      } else {
        kept = request;
      }
      last = stream;
      asked.add(new Asked("envoy.service.ext_proc.v3.ProcessingRequest", kept.toByteArray()));
      return goesOn;
    }
  }

  private static HttpBody joined(HttpBody one, HttpBody two) {
    return two.toBuilder().setBody(one.getBody().concat(two.getBody())).build();
  }

  /** The next {@code count} questions, in the order of their coming. */
  String asked(int count, Map<String, Integer> ports) {
    Await.until(count + " questions", Duration.ofSeconds(10), () -> asked() >= count);
    List<String> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Asked each;
      synchronized (asked) {
        each = asked.remove(0);
        last = null;
      }
      String json = ProtoJson.toJson(each.type, each.message);
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

  private int asked() {
    synchronized (asked) {
      return asked.size();
    }
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
      case Node.Mapping header when header.get("raw_value") instanceof Node.Scalar raw ->
          lines.add(
              path.replaceAll("\\d+$", "")
                  + ((Node.Scalar) header.get("key")).text()
                  + " "
                  + new String(Base64.getDecoder().decode(raw.text()), StandardCharsets.UTF_8));
      case Node.Mapping mapping ->
          mapping
              .entries()
              .forEach(entry -> flatten(path + "/" + entry.key(), entry.value(), lines));
      case Node.Sequence sequence -> {
        for (int i = 0; i < sequence.items().size(); i++) {
          flatten(path + "/" + i, sequence.items().get(i), lines);
        }
      }
      case Node.Scalar body when path.endsWith("_body/body") ->
          lines.add(
              path
                  + " "
                  + new String(Base64.getDecoder().decode(body.text()), StandardCharsets.UTF_8));
      case Node.Scalar scalar -> lines.add(path + " " + scalar.text());
      default -> throw new AssertionError(node);
    }
  }
}
