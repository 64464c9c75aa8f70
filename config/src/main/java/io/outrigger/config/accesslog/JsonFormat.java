package io.outrigger.config.accesslog;

import java.util.List;

/**
 * A format with a structure, JSON's or that of OpenTelemetry's values: a tree whose leaves are
 * formats and constants.
 */
public sealed interface JsonFormat {
  /** An object; of JSON, keys are sorted, as Envoy prints them. */
  record Fields(List<Entry> entries) implements JsonFormat {
    public Fields {
      entries = List.copyOf(entries);
    }
  }

  /** A key and its value. */
  record Entry(String key, JsonFormat value) {}

  /** A list. */
  record Items(List<JsonFormat> values) implements JsonFormat {
    public Items {
      values = List.copyOf(values);
    }
  }

  /**
   * A format; one that is a single operator prints numbers as numbers and what is unset as null.
   */
  record Leaf(LogFormat format) implements JsonFormat {}

  /** A number, boolean or null, as JSON text. */
  record Constant(String json) implements JsonFormat {}
}
