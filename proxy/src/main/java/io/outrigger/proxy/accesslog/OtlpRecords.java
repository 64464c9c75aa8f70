package io.outrigger.proxy.accesslog;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.outrigger.config.accesslog.AccessLogConfig.OtlpSink;
import io.outrigger.config.accesslog.AccessLogFormat;
import io.outrigger.config.accesslog.JsonFormat;
import io.outrigger.config.http.SanitizedUtf8;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes OpenTelemetry's log records of entries. Immutable; any worker. */
final class OtlpRecords {
  private static final int TRACE_ID_DIGITS = 32;

  private final @Nullable Value body;
  private final Member[] attributes;

  OtlpRecords(OtlpSink sink) {
    this.body = sink.body() == null ? null : value(sink.body());
    this.attributes = members(sink.attributes().entries());
  }

  LogRecord of(LogEntry entry) {
    LogRecord.Builder out = LogRecord.newBuilder().setTimeUnixNano(entry.startEpochMicros() * 1000);
    if (body != null) {
      out.setBody(body.of(entry));
    }
    for (Member attribute : attributes) {
      out.addAttributes(attribute.of(entry));
    }
    String trace = entry.traceId();
    if (trace != null) {
      out.setTraceId(id("0".repeat(Math.max(0, TRACE_ID_DIGITS - trace.length())) + trace));
    }
    String span = entry.spanId();
    if (span != null) {
      out.setSpanId(id(span));
    }
    return out.build();
  }

  private static ByteString id(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }

  /** A value of which an entry makes text, a list or fields. */
  @FunctionalInterface
  private interface Value {
    AnyValue of(LogEntry entry);
  }

  private record Member(String key, Value value) {
    KeyValue of(LogEntry entry) {
      return KeyValue.newBuilder().setKey(key).setValue(value.of(entry)).build();
    }
  }

  private static Member[] members(List<JsonFormat.Entry> entries) {
    Member[] members = new Member[entries.size()];
    for (int i = 0; i < members.length; i++) {
      members[i] = new Member(entries.get(i).key(), value(entries.get(i).value()));
    }
    return members;
  }

  private static Value value(JsonFormat format) {
    if (format instanceof JsonFormat.Leaf leaf) {
      LineFormat line = LineFormat.of(new AccessLogFormat.Text(leaf.format(), false));
      return entry -> text(line, entry);
    }
    if (format instanceof JsonFormat.Items items) {
      Value[] values = new Value[items.values().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = value(items.values().get(i));
      }
      return entry -> list(values, entry);
    }
    if (format instanceof JsonFormat.Fields fields) {
      Member[] members = members(fields.entries());
      return entry -> fields(members, entry);
    }
    throw new IllegalStateException("not in a record: " + format);
  }

  private static AnyValue text(LineFormat line, LogEntry entry) {
    LogBuffer buffer = new LogBuffer(64);
    line.write(buffer, entry);
    String text = SanitizedUtf8.text(Arrays.copyOf(buffer.data(), buffer.length()));
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  private static AnyValue list(Value[] values, LogEntry entry) {
    ArrayValue.Builder out = ArrayValue.newBuilder();
    for (Value value : values) {
      out.addValues(value.of(entry));
    }
    return AnyValue.newBuilder().setArrayValue(out).build();
  }

  private static AnyValue fields(Member[] members, LogEntry entry) {
    KeyValueList.Builder out = KeyValueList.newBuilder();
    for (Member member : members) {
      out.addValues(member.of(entry));
    }
    return AnyValue.newBuilder().setKvlistValue(out).build();
  }
}
