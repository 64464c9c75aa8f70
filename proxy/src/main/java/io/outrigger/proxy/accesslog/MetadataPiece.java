package io.outrigger.proxy.accesslog;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.accesslog.FormatElement;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A value of metadata: a text as it is, all else as JSON. */
public final class MetadataPiece implements Piece {
  private final FormatElement.MetadataField field;
  private final String[] path;

  MetadataPiece(FormatElement.MetadataField field) {
    this.field = field;
    this.path = field.path().toArray(String[]::new);
  }

  private @Nullable Value value(LogEntry entry) {
    return field.source() == FormatElement.MetadataSource.DYNAMIC
        ? entry.dynamicMetadata(field.namespace(), path)
        : entry.metadata(field.source().name(), field.namespace(), path);
  }

  @Override
  public boolean write(LogBuffer out, LogEntry entry) {
    return write(out, value(entry));
  }

  private static boolean write(LogBuffer out, @Nullable Value value) {
    if (value == null || value.hasNullValue()) {
      return false;
    }
    if (value.hasStringValue()) {
      out.put(value.getStringValue());
    } else {
      json(out, value);
    }
    return true;
  }

  /** The value as it is printed, or null where it is unset. */
  public static @Nullable String text(@Nullable Value value) {
    LogBuffer out = new LogBuffer(64);
    return write(out, value)
        ? new String(out.data(), 0, out.length(), StandardCharsets.UTF_8)
        : null;
  }

  /** Writes the value as a value of a JSON line; false where it is unset. */
  boolean writeJson(LogBuffer out, LogEntry entry) {
    Value value = value(entry);
    if (value == null || value.hasNullValue()) {
      return false;
    }
    json(out, value);
    return true;
  }

  static void json(LogBuffer out, Value value) {
    switch (value.getKindCase()) {
      case STRING_VALUE -> quoted(out, value.getStringValue());
      case NUMBER_VALUE -> out.put(number(value.getNumberValue()));
      case BOOL_VALUE -> out.put(value.getBoolValue() ? "true" : "false");
      case STRUCT_VALUE -> struct(out, value.getStructValue());
      case LIST_VALUE -> {
        out.put('[');
        for (int i = 0; i < value.getListValue().getValuesCount(); i++) {
          if (i > 0) {
            out.put(',');
          }
          json(out, value.getListValue().getValues(i));
        }
        out.put(']');
      }
      case NULL_VALUE, KIND_NOT_SET -> out.put("null");
    }
  }

  private static void struct(LogBuffer out, Struct struct) {
    out.put('{');
    boolean first = true;
    for (Map.Entry<String, Value> member : new TreeMap<>(struct.getFieldsMap()).entrySet()) {
      if (!first) {
        out.put(',');
      }
      first = false;
      quoted(out, member.getKey());
      out.put(':');
      json(out, member.getValue());
    }
    out.put('}');
  }

  private static void quoted(LogBuffer out, String text) {
    out.put('"');
    int start = out.length();
    out.put(text.getBytes(StandardCharsets.UTF_8));
    out.escapeJson(start);
    out.put('"');
  }

  private static String number(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
