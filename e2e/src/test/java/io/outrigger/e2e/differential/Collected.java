package io.outrigger.e2e.differential;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** A collector of spans: Zipkin's API v2, and OTLP by HTTP and by gRPC. One for each proxy. */
final class Collected implements AutoCloseable {
  private final HttpServer server;
  private final CollectedStats stats = new CollectedStats();
  private final ConcurrentLinkedQueue<Seen> spans = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> entries = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();

  /** A span as it came, whichever way. */
  private record Seen(
      String kind,
      String name,
      String trace,
      String id,
      String parent,
      String more,
      Map<String, String> tags) {}

  Collected() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  CollectedStats stats() {
    return stats;
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    try {
      if (exchange.getRequestURI().getPath().contains("zipkin")) {
        zipkin(new String(body, StandardCharsets.UTF_8));
      } else {
        otlp(body);
      }
    } catch (IOException | YamlException e) {
      broken.add(e.toString());
    }
    exchange.sendResponseHeaders(
        exchange.getRequestURI().getPath().contains("zipkin") ? 202 : 200, -1);
    exchange.close();
  }

  private void zipkin(String json) throws YamlException {
    for (Node item : ((Node.Sequence) Yaml.parse("spans", json)).items()) {
      Node.Mapping span = (Node.Mapping) item;
      Map<String, String> tags = new TreeMap<>();
      for (Node.Entry tag : ((Node.Mapping) span.get("tags")).entries()) {
        tags.put(tag.key(), ((Node.Scalar) tag.value()).text());
      }
      TreeSet<String> events = new TreeSet<>();
      for (Node event : ((Node.Sequence) span.get("annotations")).items()) {
        events.add(text((Node.Mapping) event, "value"));
      }
      Node.Mapping endpoint = (Node.Mapping) span.get("localEndpoint");
      spans.add(
          new Seen(
              text(span, "kind"),
              text(span, "name"),
              text(span, "traceId"),
              text(span, "id"),
              text(span, "parentId"),
              "shared "
                  + text(span, "shared")
                  + " service "
                  + text(endpoint, "serviceName")
                  + " "
                  + text(endpoint, "ipv4")
                  + " "
                  + events,
              tags));
    }
  }

  private static String text(Node.Mapping of, String key) {
    return of.get(key) instanceof Node.Scalar scalar ? scalar.text() : "";
  }

  void otlp(byte[] message) throws InvalidProtocolBufferException {
    for (ResourceSpans group :
        ExportTraceServiceRequest.parseFrom(message).getResourceSpansList()) {
      Map<String, String> resource = tags(group.getResource().getAttributesList());
      resource.keySet().removeIf(key -> key.startsWith("telemetry.sdk."));
      for (var span : group.getScopeSpans(0).getSpansList()) {
        spans.add(
            new Seen(
                span.getKind().name(),
                span.getName(),
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                hex(span.getParentSpanId()),
                "flags "
                    + Integer.toHexString(span.getFlags())
                    + " state "
                    + span.getTraceState()
                    + " status "
                    + span.getStatus().getCodeValue()
                    + " "
                    + resource
                    + span.getEventsList().stream().map(event -> event.getName()).sorted().toList(),
                tags(span.getAttributesList())));
      }
    }
  }

  private static Map<String, String> tags(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(
            Collectors.toMap(
                KeyValue::getKey,
                attribute -> attribute.getValue().getStringValue(),
                (a, b) -> a + " and " + b,
                TreeMap::new));
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  /** All spans, once there are so many: their parents by name, other ids by length. */
  String spans(int count, Map<String, Integer> ports) {
    try {
      Await.until(count + " spans", Duration.ofSeconds(10), () -> spans.size() >= count);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ", but\n" + spans, e);
    }
    Map<String, String> names = new HashMap<>();
    spans.forEach(span -> names.putIfAbsent(span.trace() + span.id(), span.name()));
    List<String> out = new ArrayList<>(broken);
    for (Seen span : spans) {
      String parent = names.get(span.trace() + span.parent());
      out.add(
          Answers.mask(
              "%s %s trace %s id %s%s parent %s, %s %s"
                  .formatted(
                      span.kind(),
                      span.name(),
                      Answers.ids(span.trace()),
                      Answers.ids(span.id()),
                      span.trace().endsWith(span.id()) ? " of the trace" : "",
                      parent == null ? Answers.ids(span.parent()) : "of " + parent,
                      span.more(),
                      span.tags()),
              ports));
    }
    out.sort(null);
    spans.clear();
    return String.join("\n", out);
  }

  void entries(byte[] message) throws InvalidProtocolBufferException {
    StreamAccessLogsMessage logs = StreamAccessLogsMessage.parseFrom(message);
    String name = logs.hasIdentifier() ? logs.getIdentifier().getLogName() : "";
    if (logs.hasIdentifier()) {
      entries.add("log " + name + " of " + logs.getIdentifier().getNode().getId());
    }
    logs.getHttpLogs().getLogEntryList().forEach(entry -> entries.add(entry.toString()));
    logs.getTcpLogs().getLogEntryList().forEach(entry -> entries.add(entry.toString()));
  }

  void records(byte[] message) throws InvalidProtocolBufferException {
    for (ResourceLogs group : ExportLogsServiceRequest.parseFrom(message).getResourceLogsList()) {
      String resource = group.getResource().toString();
      for (LogRecord record : group.getScopeLogs(0).getLogRecordsList()) {
        String span = record.getSpanId().isEmpty() ? "" : "\nspan of " + record.getSpanId().size();
        entries.add(
            record.toBuilder().clearTimeUnixNano().clearSpanId().build()
                + (record.getTimeUnixNano() == 0 ? "" : "\nat a time")
                + span
                + "\nof "
                + resource);
      }
    }
  }

  /** All that access log services got, once there is so much: who begins a stream, and entries. */
  String entries(int count, Map<String, Integer> ports) {
    Await.until(count + " entries", Duration.ofSeconds(10), () -> entries.size() >= count);
    List<String> out = new ArrayList<>();
    for (String entry : entries) {
      String text = entry.replaceAll("(?m)^# .*\n", "");
      text = text.replaceAll("(time_to_\\w+|duration|start_time) \\{[^}]*\\}", "$1");
      for (Map.Entry<String, Integer> port : ports.entrySet()) {
        text =
            text.replace("port_value: " + port.getValue() + "\n", "port: " + port.getKey() + "\n");
      }
      // ours doesn't count wire and header bytes, and has no stream ids: see COMPAT.md
      text = text.replaceAll("(?m)^ *(\\w+_(wire|header)_bytes_\\w+|stream_id): .*\n", "");
      text = text.replaceAll("(\\w+) \\{\\s+key: (.*)\\s+value: (.*)\\s+\\}", "$1[$2] = $3");
      out.add(Answers.mask(maps(text).replaceAll("port_value: \\d+", "port: some"), ports));
    }
    out.sort(null);
    entries.clear();
    return String.join("\n", out);
  }

  /** Entries of a map, which are a line each and come in any order, in order. */
  private static String maps(String text) {
    List<String> lines = new ArrayList<>(text.strip().lines().toList());
    int from = 0;
    for (int i = 0; i <= lines.size(); i++) {
      if (i == lines.size() || !lines.get(i).contains("] = ")) {
        lines.subList(from, i).sort(null);
        from = i + 1;
      }
    }
    return String.join("\n", lines);
  }

  @Override
  public void close() {
    server.stop(0);
    stats.close();
  }
}
