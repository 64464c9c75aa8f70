package io.outrigger.api.schema;

import com.google.protobuf.CodedOutputStream;
import io.outrigger.api.yaml.Node;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** The messages of google.protobuf that have a form of their own in JSON. */
final class WellKnown {
  private static final String PREFIX = "google.protobuf.";

  /** Duration's limit in seconds: about ten thousand years. */
  private static final long MAX_SECONDS = 315_576_000_000L;

  static boolean isSpecial(String name) {
    if (!name.startsWith(PREFIX)) {
      return false;
    }
    return switch (name.substring(PREFIX.length())) {
      case "Any", "Duration", "Timestamp", "Struct", "Value", "ListValue", "FieldMask" -> true;
      default -> isWrapper(name);
    };
  }

  static boolean isWrapper(String name) {
    return name.startsWith(PREFIX)
        && name.endsWith("Value")
        && !name.equals("google.protobuf.Value")
        && !name.equals("google.protobuf.ListValue")
        && !name.contains("Options");
  }

  /** Writes the content of a message of this name; returns what is wrong, or null. */
  static @Nullable String write(String name, Node node, CodedOutputStream out) throws IOException {
    return switch (name.substring(PREFIX.length())) {
      case "Duration" -> duration(node, out);
      case "Timestamp" -> timestamp(node, out);
      case "FieldMask" -> fieldMask(node, out);
      case "Struct" -> {
        if (!(node instanceof Node.Mapping mapping)) {
          yield "needs a mapping, found " + node.kind();
        }
        struct(mapping, out);
        yield null;
      }
      case "ListValue" -> {
        if (!(node instanceof Node.Sequence sequence)) {
          yield "needs a list, found " + node.kind();
        }
        list(sequence, out);
        yield null;
      }
      default -> {
        value(node, out);
        yield null;
      }
    };
  }

  private static @Nullable String duration(Node node, CodedOutputStream out) throws IOException {
    DurationText value = null;
    if (node instanceof Node.Scalar s) {
      value = DurationText.parse(s.text());
    } else if (node instanceof Node.Mapping m) {
      value = secondsAndNanos(m);
    }
    if (value == null) {
      return "needs a duration in seconds such as \"1.5s\" or \"0.250s\", found " + node.kind();
    }
    if (value.negative()) {
      return "a duration must not be negative, found " + node.kind();
    }
    if (value.seconds() > MAX_SECONDS) {
      return "a duration must be at most " + MAX_SECONDS + "s, found " + node.kind();
    }
    if (value.seconds() != 0) {
      out.writeInt64(1, value.seconds());
    }
    if (value.nanos() != 0) {
      out.writeInt32(2, value.nanos());
    }
    return null;
  }

  private static @Nullable DurationText secondsAndNanos(Node.Mapping m) {
    long seconds = 0;
    long nanos = 0;
    for (Node.Entry entry : m.entries()) {
      Long part = entry.value() instanceof Node.Scalar s ? Scalars.integer(s.text()) : null;
      if (part == null) {
        return null;
      }
      switch (entry.key()) {
        case "seconds" -> seconds = part;
        case "nanos" -> nanos = part;
        default -> {
          return null;
        }
      }
    }
    return DurationText.of(seconds, nanos);
  }

  private static @Nullable String timestamp(Node node, CodedOutputStream out) throws IOException {
    if (node instanceof Node.Scalar s) {
      try {
        Instant instant = OffsetDateTime.parse(s.text()).toInstant();
        long seconds = instant.getEpochSecond();
        int nanos = instant.getNano();
        out.writeInt64(1, seconds);
        out.writeInt32(2, nanos);
        return null;
      } catch (DateTimeParseException e) {
        // told below, with what is allowed
      }
    }
    return "needs a time such as \"2026-01-31T12:00:00Z\", found " + node.kind();
  }

  private static @Nullable String fieldMask(Node node, CodedOutputStream out) throws IOException {
    if (!(node instanceof Node.Scalar s)) {
      return "needs field paths with commas between them, found " + node.kind();
    }
    for (String path : s.text().split(",", -1)) {
      out.writeString(1, path.strip());
    }
    return null;
  }

  private static void struct(Node.Mapping mapping, CodedOutputStream out) throws IOException {
    for (Node.Entry entry : mapping.entries()) {
      MessageBytes inner = new MessageBytes();
      inner.out.writeString(1, entry.key());
      inner.out.writeByteArray(2, valueBytes(entry.value()));
      out.writeByteArray(1, inner.toByteArray());
    }
  }

  private static void list(Node.Sequence sequence, CodedOutputStream out) throws IOException {
    for (Node item : sequence.items()) {
      out.writeByteArray(1, valueBytes(item));
    }
  }

  private static byte[] valueBytes(Node node) throws IOException {
    MessageBytes bytes = new MessageBytes();
    value(node, bytes.out);
    return bytes.toByteArray();
  }

  /** google.protobuf.Value: null 1, number 2, string 3, bool 4, struct 5, list 6. */
  private static void value(Node node, CodedOutputStream out) throws IOException {
    if (node instanceof Node.Scalar s) {
      scalarValue(s, out);
      return;
    }
    MessageBytes inner = new MessageBytes();
    if (node instanceof Node.Mapping m) {
      struct(m, inner.out);
      out.writeByteArray(5, inner.toByteArray());
    } else if (node instanceof Node.Sequence s) {
      list(s, inner.out);
      out.writeByteArray(6, inner.toByteArray());
    }
  }

  private static void scalarValue(Node.Scalar s, CodedOutputStream out) throws IOException {
    if (s.isNull()) {
      out.writeEnum(1, 0);
      return;
    }
    Boolean bool = s.quoted() ? null : Scalars.bool(s.text());
    if (bool != null) {
      out.writeBool(4, bool);
      return;
    }
    Double number = s.quoted() ? null : Scalars.real(s.text());
    if (number == null && !s.quoted()) {
      Long whole = Scalars.integer(s.text());
      number = whole == null ? null : Double.valueOf(whole);
    }
    if (number != null) {
      out.writeDouble(2, number);
    } else {
      out.writeString(3, s.text());
    }
  }

  private WellKnown() {}
}
