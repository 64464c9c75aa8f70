package io.outrigger.proxy.tracing;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Status;
import io.outrigger.proxy.collector.Collector;
import io.outrigger.proxy.collector.OtlpAttribute;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.util.List;
import java.util.Map;

/** Exports spans by OTLP. */
final class OtlpExporter extends SpanExporter {
  static final String METHOD = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

  private static final int SAMPLED = 0x1;
  private static final int HAS_IS_REMOTE = 0x100;
  private static final int IS_REMOTE = 0x200;

  private final Resource resource;
  private final Counter spansDropped;

  OtlpExporter(
      Worker worker,
      StatStore stats,
      Collector collector,
      List<Map.Entry<String, String>> attributes) {
    super(worker, stats, collector, "tracing.opentelemetry.");
    Resource.Builder builder = Resource.newBuilder();
    builder.addAttributes(OtlpAttribute.text("telemetry.sdk.language", "java"));
    builder.addAttributes(OtlpAttribute.text("telemetry.sdk.name", "outrigger"));
    for (Map.Entry<String, String> entry : attributes) {
      builder.addAttributes(OtlpAttribute.text(entry.getKey(), entry.getValue()));
    }
    this.resource = builder.build();
    this.spansDropped = stats.counter("tracing.opentelemetry.spans_dropped");
  }

  @Override
  byte[] encode(List<Span> spans) {
    ScopeSpans.Builder scope =
        ScopeSpans.newBuilder().setScope(InstrumentationScope.newBuilder().setName("outrigger"));
    for (Span span : spans) {
      scope.addSpans(message(span));
    }
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(ResourceSpans.newBuilder().setResource(resource).addScopeSpans(scope))
        .build()
        .toByteArray();
  }

  private static io.opentelemetry.proto.trace.v1.Span message(Span span) {
    byte[] ids = new byte[16];
    var out =
        io.opentelemetry.proto.trace.v1.Span.newBuilder()
            .setTraceId(id(ids, span.traceHigh, span.traceLow))
            .setSpanId(id(ids, span.id))
            .setTraceState(span.state)
            .setName(span.name)
            .setKind(
                span.client
                    ? io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CLIENT
                    : io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_SERVER)
            .setStartTimeUnixNano(span.startMicros * 1000)
            .setEndTimeUnixNano(span.endMicros * 1000)
            .setFlags(SAMPLED | HAS_IS_REMOTE | (span.remoteParent ? IS_REMOTE : 0));
    if (span.parentId != 0) {
      out.setParentSpanId(id(ids, span.parentId));
    }
    for (int i = 0; i < span.tags.size(); i += 2) {
      out.addAttributes(OtlpAttribute.text(span.tags.get(i), span.tags.get(i + 1)));
    }
    for (Span.Event event : span.events) {
      out.addEvents(
          io.opentelemetry.proto.trace.v1.Span.Event.newBuilder()
              .setName(event.name())
              .setTimeUnixNano(event.micros() * 1000));
    }
    if (isError(span)) {
      out.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
    }
    return out.build();
  }

  /** By OpenTelemetry's conventions what is a client's fault is no error of the server's span. */
  private static boolean isError(Span span) {
    if (span.status >= (span.client ? 400 : 500)) {
      return true;
    }
    return switch (span.grpcStatus) {
      case "", "0" -> false;
      case "2", "4", "12", "13", "14", "15" -> true;
      default -> span.client;
    };
  }

  private static ByteString id(byte[] scratch, long high, long low) {
    put(scratch, 0, high);
    put(scratch, 8, low);
    return ByteString.copyFrom(scratch, 0, 16);
  }

  private static ByteString id(byte[] scratch, long id) {
    put(scratch, 0, id);
    return ByteString.copyFrom(scratch, 0, 8);
  }

  private static void put(byte[] to, int at, long number) {
    for (int i = 0; i < 8; i++) {
      to[at + i] = (byte) (number >>> (56 - 8 * i));
    }
  }

  @Override
  void reported(int outcome, int spans) {
    if (outcome / 100 != 2) {
      spansDropped.add(cell, spans);
    }
  }

  @Override
  void dropped(int spans) {
    spansDropped.add(cell, spans);
  }
}
