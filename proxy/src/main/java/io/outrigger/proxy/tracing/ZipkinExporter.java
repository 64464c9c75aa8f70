package io.outrigger.proxy.tracing;

import io.outrigger.proxy.accesslog.LogBuffer;
import io.outrigger.proxy.collector.Collector;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.util.Arrays;
import java.util.List;

/** Posts spans as JSON of Zipkin's API v2. */
final class ZipkinExporter extends SpanExporter {
  private static final int ACCEPTED = 202;

  private final boolean shared;
  private final String endpoint;
  private final Counter skippedNoCluster;
  private final Counter sent;
  private final Counter dropped;
  private final Counter failed;

  ZipkinExporter(
      Worker worker,
      StatStore stats,
      Collector collector,
      boolean shared,
      String serviceName,
      String localAddress) {
    super(worker, stats, collector, "tracing.zipkin.");
    this.shared = shared;
    LogBuffer text = new LogBuffer(128);
    text.put("\"localEndpoint\":{\"serviceName\":");
    quote(text, serviceName);
    text.put(",\"ipv4\":");
    quote(text, localAddress);
    text.put(",\"port\":0}");
    this.endpoint = text(text);
    this.skippedNoCluster = stats.counter("tracing.zipkin.reports_skipped_no_cluster");
    this.sent = stats.counter("tracing.zipkin.reports_sent");
    this.dropped = stats.counter("tracing.zipkin.reports_dropped");
    this.failed = stats.counter("tracing.zipkin.reports_failed");
  }

  private static String text(LogBuffer buffer) {
    return new String(buffer.data(), 0, buffer.length(), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static void quote(LogBuffer out, String text) {
    out.put('"');
    int start = out.length();
    out.put(text);
    out.escapeJson(start);
    out.put('"');
  }

  @Override
  byte[] encode(List<Span> spans) {
    LogBuffer out = new LogBuffer(1024 * spans.size());
    out.put('[');
    for (int i = 0; i < spans.size(); i++) {
      if (i > 0) {
        out.put(',');
      }
      write(out, spans.get(i));
    }
    out.put(']');
    return Arrays.copyOf(out.data(), out.length());
  }

  private void write(LogBuffer out, Span span) {
    out.put("{\"traceId\":\"");
    if (span.traceHigh != 0) {
      out.put(Hex.text(span.traceHigh));
    }
    out.put(Hex.text(span.traceLow));
    out.put("\",\"id\":\"");
    out.put(Hex.text(span.id));
    if (span.parentId != 0) {
      out.put("\",\"parentId\":\"");
      out.put(Hex.text(span.parentId));
    }
    out.put("\",\"kind\":\"");
    out.put(span.client ? "CLIENT" : "SERVER");
    out.put("\",\"name\":");
    quote(out, span.name);
    out.put(",\"timestamp\":");
    out.putNumber(span.startMicros);
    out.put(",\"duration\":");
    out.putNumber(Math.max(1, span.endMicros - span.startMicros));
    out.put(',');
    out.put(endpoint);
    if (shared && !span.client) {
      out.put(",\"shared\":true");
    }
    annotations(out, span);
    tags(out, span.tags);
    out.put('}');
  }

  private static void annotations(LogBuffer out, Span span) {
    out.put(",\"annotations\":[");
    for (Span.Event event : span.events) {
      annotation(out, event.name(), event.micros());
      out.put(',');
    }
    annotation(out, span.client ? "cr" : "ss", span.endMicros);
    out.put(']');
  }

  private static void annotation(LogBuffer out, String value, long micros) {
    out.put("{\"timestamp\":");
    out.putNumber(micros);
    out.put(",\"value\":\"");
    out.put(value);
    out.put("\"}");
  }

  /** Zipkin has no empty tags. */
  private static void tags(LogBuffer out, List<String> tags) {
    out.put(",\"tags\":{");
    boolean first = true;
    for (int i = 0; i < tags.size(); i += 2) {
      if (tags.get(i + 1).isEmpty()) {
        continue;
      }
      if (!first) {
        out.put(',');
      }
      first = false;
      quote(out, tags.get(i));
      out.put(':');
      quote(out, tags.get(i + 1));
    }
    out.put('}');
  }

  @Override
  void reported(int outcome, int spans) {
    (switch (outcome) {
          case Collector.NO_CLUSTER -> skippedNoCluster;
          case Collector.FAILED -> failed;
          case ACCEPTED -> sent;
          default -> dropped;
        })
        .inc(cell);
  }

  @Override
  void dropped(int spans) {
    dropped.add(cell, spans);
  }
}
