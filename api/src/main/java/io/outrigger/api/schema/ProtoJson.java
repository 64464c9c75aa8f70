package io.outrigger.api.schema;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the wire bytes of a message as JSON, as Envoy's config_dump prints it: field names in
 * snake_case, enums by name, durations as {@code "1.500s"}, Anys opened, sensitive values redacted.
 */
public final class ProtoJson {
  private static final Base64.Encoder BASE64 = Base64.getEncoder();

  private final Schema schema = Schema.instance();
  private final JsonWriter out;

  private ProtoJson(JsonWriter out) {
    this.out = out;
  }

  /** The message as JSON text, over several lines. */
  public static String toJson(String messageName, byte[] wire) {
    JsonWriter out = new JsonWriter(true);
    write(messageName, wire, out);
    return out.toString();
  }

  /** Writes the message as one JSON value. */
  public static void write(String messageName, byte[] wire, JsonWriter out) {
    try {
      new ProtoJson(out).message(messageName, wire);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "not a message of " + messageName + ": " + e.getMessage(), e);
    }
  }

  private void message(String name, byte[] wire) throws IOException {
    if (WellKnown.isSpecial(name)) {
      special(name, wire);
      return;
    }
    out.beginObject();
    fields(schema.required(name), wire);
    out.endObject();
  }

  /** The fields in order of their numbers, as protobuf's own JSON form has them. */
  private void fields(MessageType type, byte[] wire) throws IOException {
    for (Map.Entry<Integer, List<Object>> entry : read(type, wire).entrySet()) {
      FieldType field = type.field(entry.getKey());
      if (field == null) {
        continue;
      }
      List<Object> values = entry.getValue();
      out.name(field.name());
      if (field.kind() == FieldKind.MESSAGE && schema.required(field.typeName()).mapEntry()) {
        map(schema.required(field.typeName()), values);
      } else if (field.repeated()) {
        out.beginArray();
        for (Object value : values) {
          value(field, value);
        }
        out.endArray();
      } else {
        value(field, values.get(values.size() - 1));
      }
    }
  }

  private void map(MessageType entryType, List<Object> entries) throws IOException {
    out.beginObject();
    for (Object bytes : entries) {
      Map<Integer, List<Object>> parts = read(entryType, ((ByteString) bytes).toByteArray());
      Object key = parts.containsKey(1) ? parts.get(1).get(0) : ByteString.EMPTY;
      out.name(key instanceof ByteString b ? b.toString(StandardCharsets.UTF_8) : key.toString());
      FieldType valueField = entryType.fields().get(1);
      List<Object> value = parts.get(2);
      if (value != null) {
        value(valueField, value.get(value.size() - 1));
      } else if (valueField.kind() == FieldKind.MESSAGE) {
        message(valueField.typeName(), new byte[0]);
      } else {
        out.value("");
      }
    }
    out.endObject();
  }

  /** Values by field number: ByteString for length-first types, Double or Long for the others. */
  private static Map<Integer, List<Object>> read(MessageType type, byte[] wire) throws IOException {
    Map<Integer, List<Object>> values = new TreeMap<>();
    CodedInputStream in = CodedInputStream.newInstance(wire);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int number = WireFormat.getTagFieldNumber(tag);
      FieldType field = type.field(number);
      if (field == null) {
        in.skipField(tag);
        continue;
      }
      List<Object> list = values.computeIfAbsent(number, n -> new ArrayList<>());
      boolean lengthFirst = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (lengthFirst && field.kind().packable()) {
        CodedInputStream packed = in.readBytes().newCodedInput();
        while (!packed.isAtEnd()) {
          list.add(number(field.kind(), packed));
        }
      } else if (lengthFirst) {
        list.add(in.readBytes());
      } else {
        list.add(number(field.kind(), in));
      }
    }
    return values;
  }

  private static Object number(FieldKind kind, CodedInputStream in) throws IOException {
    return switch (kind) {
      case DOUBLE -> in.readDouble();
      case FLOAT -> (double) in.readFloat();
      case FIXED64, SFIXED64 -> in.readFixed64();
      case FIXED32 -> Integer.toUnsignedLong(in.readFixed32());
      case SFIXED32 -> (long) in.readSFixed32();
      case SINT32, SINT64 -> in.readSInt64();
      case UINT32 -> Integer.toUnsignedLong(in.readUInt32());
      default -> in.readUInt64();
    };
  }

  private void value(FieldType field, Object value) throws IOException {
    if (field.sensitive()) {
      redacted(field);
      return;
    }
    switch (field.kind()) {
      case MESSAGE -> message(field.typeName(), ((ByteString) value).toByteArray());
      case STRING -> out.value(((ByteString) value).toString(StandardCharsets.UTF_8));
      case BYTES -> out.value(BASE64.encodeToString(((ByteString) value).toByteArray()));
      case BOOL -> out.value((Long) value != 0);
      case ENUM -> {
        int number = ((Long) value).intValue();
        String name = schema.enumeration(field.typeName()).name(number);
        if (name == null) {
          out.value(number);
        } else {
          out.value(name);
        }
      }
      case DOUBLE, FLOAT -> out.value((Double) value);
      case INT64, SINT64, SFIXED64 -> out.value(Long.toString((Long) value));
      case UINT64, FIXED64 -> out.value(Long.toUnsignedString((Long) value));
      default -> out.value((long) (Long) value);
    }
  }

  private void redacted(FieldType field) {
    if (field.kind() == FieldKind.MESSAGE && field.typeName().endsWith("DataSource")) {
      out.beginObject().name("inline_string").value("[redacted]").endObject();
    } else {
      out.value("[redacted]");
    }
  }

  // ---- well-known types ----

  private void special(String name, byte[] wire) throws IOException {
    if (WellKnown.isWrapper(name)) {
      MessageType type = schema.required(name);
      List<Object> values = read(type, wire).get(1);
      FieldType field = type.fields().get(0);
      Object absent =
          switch (field.kind()) {
            case STRING, BYTES -> ByteString.EMPTY;
            case DOUBLE, FLOAT -> 0.0;
            default -> 0L;
          };
      value(field, values == null ? absent : values.get(0));
      return;
    }
    switch (name) {
      case "google.protobuf.Any" -> any(com.google.protobuf.Any.parseFrom(wire));
      case "google.protobuf.Duration" ->
          out.value(duration(com.google.protobuf.Duration.parseFrom(wire)));
      case "google.protobuf.Timestamp" -> {
        var t = com.google.protobuf.Timestamp.parseFrom(wire);
        out.value(java.time.Instant.ofEpochSecond(t.getSeconds(), t.getNanos()).toString());
      }
      case "google.protobuf.FieldMask" ->
          out.value(String.join(",", com.google.protobuf.FieldMask.parseFrom(wire).getPathsList()));
      case "google.protobuf.Struct" -> struct(com.google.protobuf.Struct.parseFrom(wire));
      case "google.protobuf.ListValue" -> list(com.google.protobuf.ListValue.parseFrom(wire));
      default -> structValue(com.google.protobuf.Value.parseFrom(wire));
    }
  }

  private void any(com.google.protobuf.Any any) throws IOException {
    String url = any.getTypeUrl();
    String name = url.substring(url.lastIndexOf('/') + 1);
    out.beginObject().name("@type").value(url);
    MessageType type = schema.message(name);
    if (type == null) {
      out.name("value").value(BASE64.encodeToString(any.getValue().toByteArray()));
    } else if (WellKnown.isSpecial(name)) {
      out.name("value");
      special(name, any.getValue().toByteArray());
    } else {
      fields(type, any.getValue().toByteArray());
    }
    out.endObject();
  }

  /** As protobuf's JSON form: no fraction, or one of 3, 6 or 9 digits. */
  private static String duration(com.google.protobuf.Duration d) {
    String sign = d.getSeconds() < 0 || d.getNanos() < 0 ? "-" : "";
    long seconds = Math.abs(d.getSeconds());
    int nanos = Math.abs(d.getNanos());
    if (nanos == 0) {
      return sign + seconds + "s";
    }
    String digits = String.format("%09d", nanos);
    int length = nanos % 1_000_000 == 0 ? 3 : nanos % 1000 == 0 ? 6 : 9;
    return sign + seconds + "." + digits.substring(0, length) + "s";
  }

  private void struct(com.google.protobuf.Struct struct) {
    out.beginObject();
    new TreeMap<>(struct.getFieldsMap())
        .forEach(
            (key, value) -> {
              out.name(key);
              structValue(value);
            });
    out.endObject();
  }

  private void list(com.google.protobuf.ListValue list) {
    out.beginArray();
    list.getValuesList().forEach(this::structValue);
    out.endArray();
  }

  private void structValue(com.google.protobuf.Value value) {
    switch (value.getKindCase()) {
      case NUMBER_VALUE -> out.value(value.getNumberValue());
      case STRING_VALUE -> out.value(value.getStringValue());
      case BOOL_VALUE -> out.value(value.getBoolValue());
      case STRUCT_VALUE -> struct(value.getStructValue());
      case LIST_VALUE -> list(value.getListValue());
      case NULL_VALUE, KIND_NOT_SET -> out.raw("null");
    }
  }
}
