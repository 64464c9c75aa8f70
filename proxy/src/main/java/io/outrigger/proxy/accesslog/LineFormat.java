package io.outrigger.proxy.accesslog;

import io.outrigger.config.accesslog.AccessLogFormat;
import io.outrigger.config.accesslog.JsonFormat;
import io.outrigger.config.accesslog.LogFormat;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes one entry as a line: text or JSON. Immutable; any worker. */
abstract class LineFormat {
  private static final byte[] UNSET = {'-'};

  abstract void write(LogBuffer out, LogEntry entry);

  static LineFormat of(AccessLogFormat format) {
    if (format instanceof AccessLogFormat.Text text) {
      return new Text(text.format(), text.omitEmptyValues());
    }
    if (format instanceof AccessLogFormat.Json json) {
      return new Json(json.fields(), json.omitEmptyValues());
    }
    throw new IllegalStateException("unknown AccessLogFormat: " + format);
  }

  /** Writes the format's pieces one after another; what is unset as a dash, or not at all. */
  private static void writeAll(LogBuffer out, LogEntry entry, Piece[] pieces, boolean omitEmpty) {
    for (Piece piece : pieces) {
      if (piece instanceof Piece.Literal literal) { // every other one is: no call through a table
        out.put(literal.bytes());
      } else if (!piece.write(out, entry) && !omitEmpty) {
        out.put(UNSET);
      }
    }
  }

  private static final class Text extends LineFormat {
    private final Piece[] pieces;
    private final boolean omitEmpty;

    Text(LogFormat format, boolean omitEmpty) {
      this.pieces = Pieces.of(format);
      this.omitEmpty = omitEmpty;
    }

    @Override
    void write(LogBuffer out, LogEntry entry) {
      writeAll(out, entry, pieces, omitEmpty);
    }
  }

  private static final class Json extends LineFormat {
    private final JsonNode root;

    Json(JsonFormat.Fields fields, boolean omitEmpty) {
      this.root = node(fields, omitEmpty);
    }

    @Override
    void write(LogBuffer out, LogEntry entry) {
      if (!root.write(out, entry)) {
        out.put("{}");
      }
      out.put('\n');
    }
  }

  /** A value of a JSON line; false, with nothing written, where it is to be left out. */
  @FunctionalInterface
  private interface JsonNode {
    boolean write(LogBuffer out, LogEntry entry);
  }

  @SuppressWarnings("ArrayRecordComponent") // made once, never compared
  private record Member(byte[] key, JsonNode value) {}

  private static JsonNode node(JsonFormat format, boolean omitEmpty) {
    if (format instanceof JsonFormat.Fields fields) {
      return object(fields.entries(), omitEmpty);
    }
    if (format instanceof JsonFormat.Items items) {
      return list(items.values(), omitEmpty);
    }
    if (format instanceof JsonFormat.Leaf leaf) {
      return leaf(leaf.format(), omitEmpty);
    }
    if (format instanceof JsonFormat.Constant constant) {
      byte[] json = constant.json().getBytes(StandardCharsets.UTF_8);
      return (out, entry) -> {
        out.put(json);
        return true;
      };
    }
    throw new IllegalStateException("unknown JsonFormat: " + format);
  }

  private static JsonNode object(List<JsonFormat.Entry> entries, boolean omitEmpty) {
    Member[] members = new Member[entries.size()];
    for (int i = 0; i < members.length; i++) {
      LogBuffer key = new LogBuffer(64);
      key.put(entries.get(i).key());
      key.escapeJson(0);
      byte[] quoted =
          ('"' + new String(key.data(), 0, key.length(), StandardCharsets.UTF_8) + "\":")
              .getBytes(StandardCharsets.UTF_8);
      members[i] = new Member(quoted, node(entries.get(i).value(), omitEmpty));
    }
    return (out, entry) -> {
      out.put('{');
      boolean first = true;
      for (Member member : members) {
        int before = out.length();
        if (!first) {
          out.put(',');
        }
        out.put(member.key());
        if (member.value().write(out, entry)) {
          first = false;
        } else {
          out.cut(before);
        }
      }
      out.put('}');
      return true;
    };
  }

  private static JsonNode list(List<JsonFormat> values, boolean omitEmpty) {
    JsonNode[] nodes = new JsonNode[values.size()];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = node(values.get(i), omitEmpty);
    }
    return (out, entry) -> {
      out.put('[');
      boolean first = true;
      for (JsonNode node : nodes) {
        int before = out.length();
        if (!first) {
          out.put(',');
        }
        if (node.write(out, entry)) {
          first = false;
        } else {
          out.cut(before);
        }
      }
      out.put(']');
      return true;
    };
  }

  /** A single operator keeps its type; several, or text between them, are one string. */
  private static JsonNode leaf(LogFormat format, boolean omitEmpty) {
    Piece[] pieces = Pieces.of(format);
    if (pieces.length == 1) {
      Piece piece = pieces[0];
      if (piece instanceof MetadataPiece metadata) {
        return (out, entry) -> metadata.writeJson(out, entry) || absent(out, omitEmpty);
      }
      return piece.isNumber()
          ? (out, entry) -> number(out, entry, piece, omitEmpty)
          : (out, entry) -> string(out, entry, piece, omitEmpty);
    }
    return (out, entry) -> {
      out.put('"');
      for (Piece piece : pieces) { // each may be UTF-8 or not
        int start = out.length();
        if (!piece.write(out, entry) && !omitEmpty) {
          out.put(UNSET);
        }
        out.escapeJson(start);
      }
      out.put('"');
      return true;
    };
  }

  private static boolean number(LogBuffer out, LogEntry entry, Piece piece, boolean omitEmpty) {
    if (piece.write(out, entry)) {
      return true;
    }
    return absent(out, omitEmpty);
  }

  private static boolean string(LogBuffer out, LogEntry entry, Piece piece, boolean omitEmpty) {
    int before = out.length();
    out.put('"');
    if (!piece.write(out, entry)) {
      out.cut(before);
      return absent(out, omitEmpty);
    }
    out.escapeJson(before + 1);
    out.put('"');
    return true;
  }

  private static boolean absent(LogBuffer out, boolean omitEmpty) {
    if (!omitEmpty) {
      out.put("null");
    }
    return !omitEmpty;
  }
}
