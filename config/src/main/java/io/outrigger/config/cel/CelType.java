package io.outrigger.config.cel;

import com.google.protobuf.ByteString;
import com.google.protobuf.NullValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The type of a value, which is a value too. */
record CelType(String name) {
  private static final List<String> NAMED =
      List.of(
          "bool",
          "int",
          "uint",
          "double",
          "string",
          "bytes",
          "list",
          "map",
          "null_type",
          "type",
          "google.protobuf.Duration",
          "google.protobuf.Timestamp");

  static boolean isName(String name) {
    return NAMED.contains(name);
  }

  static CelType of(Object value) {
    return new CelType(nameOf(value));
  }

  private static String nameOf(Object value) {
    if (value instanceof String) {
      return "string";
    }
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof Long) {
      return "int";
    }
    if (value instanceof UInt) {
      return "uint";
    }
    if (value instanceof Double) {
      return "double";
    }
    if (value instanceof ByteString) {
      return "bytes";
    }
    if (value instanceof List) {
      return "list";
    }
    if (value instanceof CelMap) {
      return "map";
    }
    if (value instanceof Duration) {
      return "google.protobuf.Duration";
    }
    if (value instanceof Instant) {
      return "google.protobuf.Timestamp";
    }
    return value instanceof NullValue ? "null_type" : "type";
  }
}
