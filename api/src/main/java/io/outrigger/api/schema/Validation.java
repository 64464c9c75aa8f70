package io.outrigger.api.schema;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks wire bytes of a message, and of all messages and Anys inside it, against the validation
 * rules of the protos. One use, one thread.
 */
public final class Validation {
  private final Schema schema = Schema.instance();
  private final List<SchemaProblem> problems;
  private final List<String> unknown = new ArrayList<>();
  private final @Nullable Node source;

  private Validation(@Nullable Node source, List<SchemaProblem> problems) {
    this.source = source;
    this.problems = problems;
  }

  /** Checks a message from the wire. Messages and Anys of unknown types pass. */
  public static void check(String messageName, byte[] wire, List<SchemaProblem> problems) {
    check(messageName, wire, null, problems);
  }

  static void check(
      String messageName, byte[] wire, @Nullable Node source, List<SchemaProblem> problems) {
    Validation validation = new Validation(source, problems);
    validation.message(messageName, wire, FieldPath.ROOT);
  }

  /** The paths of fields that no proto here knows, in a message, in those inside it and in Anys. */
  public static List<String> unknownFields(String messageName, byte[] wire) {
    Validation validation = new Validation(null, new ArrayList<>());
    validation.message(messageName, wire, FieldPath.ROOT);
    return validation.unknown;
  }

  private void unknown(FieldPath path, int number) {
    String text = "unknown field " + number;
    unknown.add(path.isRoot() ? text : path + ": " + text);
    problems.add(
        new SchemaProblem(path.toString(), "has the " + text + ", without effect", null, true));
  }

  private void error(FieldPath path, String message) {
    add(path, message, false);
  }

  private void warning(FieldPath path, String message) {
    add(path, message, true);
  }

  private void add(FieldPath path, String message, boolean warning) {
    String text = path.toString();
    Place place = source == null ? null : source.locate(text).place();
    problems.add(new SchemaProblem(text, message, place, warning));
  }

  private void message(String name, byte[] wire, FieldPath path) {
    MessageType type = schema.message(name);
    if (type == null || name.equals("google.protobuf.Struct")) {
      return;
    }
    if (name.equals("google.protobuf.Any")) {
      any(wire, path);
      return;
    }
    int[] counts = new int[type.fields().size()];
    boolean[] oneofs = new boolean[type.oneofs().size()];
    try {
      CodedInputStream in = CodedInputStream.newInstance(wire);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        FieldType field = type.field(WireFormat.getTagFieldNumber(tag));
        if (field == null) {
          unknown(path, WireFormat.getTagFieldNumber(tag));
          in.skipField(tag);
          continue;
        }
        int index = counts[field.position()]++;
        if (field.oneof() >= 0) {
          oneofs[field.oneof()] = true;
        }
        FieldPath at = path.field(field.name());
        if (field.unread() && index == 0) {
          warning(at, "is not supported and has no effect");
        }
        MessageType entry = field.repeated() ? schema.message(field.typeName()) : null;
        if (entry != null && entry.mapEntry()) {
          entry(entry, at, in.readByteArray());
        } else {
          field(field, field.repeated() ? at.item(index) : at, tag, in);
        }
      }
    } catch (IOException e) {
      error(path, "not a message of " + name + ": " + e.getMessage());
      return;
    }
    missing(type, counts, oneofs, path);
  }

  /** Of a map: the value is checked under its key, which comes before it on the wire. */
  private void entry(MessageType entry, FieldPath map, byte[] wire) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(wire);
    String key = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      FieldType part = entry.field(WireFormat.getTagFieldNumber(tag));
      if (part == null) {
        in.skipField(tag);
      } else if (part.number() == 2) {
        field(part, map.quotedEntry(key), tag, in);
      } else if (part.kind() == FieldKind.STRING) {
        key = in.readString();
      } else {
        key = Long.toString((long) WireNumbers.read(part.kind(), in));
      }
    }
  }

  private void any(byte[] wire, FieldPath path) {
    try {
      com.google.protobuf.Any any = com.google.protobuf.Any.parseFrom(wire);
      String url = any.getTypeUrl();
      message(url.substring(url.lastIndexOf('/') + 1), any.getValue().toByteArray(), path);
    } catch (InvalidProtocolBufferException e) {
      error(path, "not an Any: " + e.getMessage());
    }
  }

  private void missing(MessageType type, int[] counts, boolean[] oneofs, FieldPath path) {
    for (int i = 0; i < type.oneofs().size(); i++) {
      if (type.oneofs().get(i).required() && !oneofs[i]) {
        error(path, "one of " + String.join(", ", type.oneofNames(i)) + " is required");
      }
    }
    for (FieldType field : type.fields()) {
      Rules rules = field.rules();
      if (rules == null) {
        continue;
      }
      int count = counts[field.position()];
      if (field.repeated()) {
        if (count < rules.minItems()) {
          error(
              path.field(field.name()),
              "needs at least " + rules.minItems() + " item" + (rules.minItems() == 1 ? "" : "s"));
        } else if (count > rules.maxItems()) {
          error(
              path.field(field.name()),
              "may have at most " + rules.maxItems() + " items, found " + count);
        }
      } else if (count == 0) {
        absent(field, rules, path);
      }
    }
  }

  private void absent(FieldType field, Rules rules, FieldPath path) {
    if (field.kind() == FieldKind.MESSAGE) {
      if (rules.required() && field.oneof() < 0) {
        error(path.field(field.name()), "is required");
      }
      return;
    }
    if (field.oneof() >= 0 || field.presence() || rules.ignoreEmpty()) {
      return;
    }
    switch (field.kind()) {
      case STRING, BYTES -> {
        if (rules.minLength() > 0 || rules.minBytes() > 0) {
          error(path.field(field.name()), "is required and must not be empty");
        }
      }
      case BOOL, ENUM -> {}
      default -> number(rules, 0, path.field(field.name()));
    }
  }

  private void field(FieldType field, FieldPath at, int tag, CodedInputStream in)
      throws IOException {
    Rules rules = field.rules();
    if (rules != null && field.repeated()) {
      rules = rules.items();
    }
    int wireType = WireFormat.getTagWireType(tag);
    switch (field.kind()) {
      case MESSAGE -> submessage(field, rules, at, in.readByteArray());
      case STRING, BYTES -> {
        ByteString value = in.readBytes();
        if (field.kind() == FieldKind.STRING && !value.isValidUtf8()) {
          error(at, "is not UTF-8");
        } else if (rules != null) {
          text(rules, value, at);
        }
      }
      case ENUM -> {
        if (wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          in.skipField(tag);
          return;
        }
        int value = in.readEnum();
        if (rules != null
            && rules.definedOnly()
            && schema.enumeration(field.typeName()).name(value) == null) {
          error(
              at,
              "must be one of "
                  + String.join(", ", schema.enumeration(field.typeName()).all())
                  + "; found "
                  + value);
        }
      }
      default -> {
        if (wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED || rules == null) {
          in.skipField(tag);
        } else {
          number(rules, WireNumbers.read(field.kind(), in), at);
        }
      }
    }
  }

  private void submessage(FieldType field, @Nullable Rules rules, FieldPath at, byte[] wire)
      throws IOException {
    String name = field.typeName();
    if (rules != null && WellKnown.isWrapper(name)) {
      wrapper(schema.required(name).fields().get(0), rules, wire, at);
    } else if (rules != null && name.equals("google.protobuf.Duration")) {
      com.google.protobuf.Duration d = com.google.protobuf.Duration.parseFrom(wire);
      bounds(rules, d.getSeconds() + d.getNanos() / 1e9, "s", at);
    } else {
      message(name, wire, at);
    }
  }

  private void wrapper(FieldType value, Rules rules, byte[] wire, FieldPath at) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(wire);
    int tag = in.readTag();
    switch (value.kind()) {
      case STRING, BYTES -> text(rules, tag == 0 ? ByteString.EMPTY : in.readBytes(), at);
      case BOOL -> {
        if (rules.constTrue() && (tag == 0 || !in.readBool())) {
          error(at, "must be true");
        }
      }
      default -> number(rules, tag == 0 ? 0 : WireNumbers.read(value.kind(), in), at);
    }
  }

  private void text(Rules rules, ByteString value, FieldPath at) {
    int bytes = value.size();
    if (bytes == 0 && rules.ignoreEmpty()) {
      return;
    }
    String text = value.toString(StandardCharsets.UTF_8);
    int points = text.codePointCount(0, text.length());
    if (points < rules.minLength() || bytes < rules.minBytes()) {
      error(at, bytes == 0 ? "must not be empty" : "is too short: " + points + " characters");
    } else if (points > rules.maxLength() || bytes > rules.maxBytes()) {
      error(
          at,
          "is too long: "
              + bytes
              + " bytes, allowed are "
              + Math.min(rules.maxBytes(), rules.maxLength()));
    } else if (!text.startsWith(rules.prefix())) {
      error(at, "must begin with \"" + rules.prefix() + "\", found \"" + text + "\"");
    } else if (!rules.inText().isEmpty() && !rules.inText().contains(text)) {
      error(at, "must be one of " + String.join(", ", rules.inText()) + "; found \"" + text + "\"");
    } else if ((rules.headerName() || rules.headerValue()) && hasControl(text)) {
      error(at, "must not hold line ends or NUL");
    }
  }

  private static boolean hasControl(String text) {
    return text.indexOf(0) >= 0 || text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0;
  }

  private void number(Rules rules, double value, FieldPath at) {
    if (value == 0 && rules.ignoreEmpty()) {
      return;
    }
    bounds(rules, value, "", at);
    if (!rules.in().isEmpty() && !rules.in().contains((long) value)) {
      error(at, "must be one of " + rules.in() + ", found " + plain(value));
    } else if (rules.notIn().contains((long) value)) {
      error(at, "must not be " + plain(value));
    }
  }

  private void bounds(Rules rules, double value, String unit, FieldPath at) {
    Rules.Bound lower = rules.lower();
    Rules.Bound upper = rules.upper();
    if (lower != null && (lower.inclusive() ? value < lower.value() : value <= lower.value())) {
      error(
          at,
          "must be "
              + (lower.inclusive() ? "at least " : "more than ")
              + plain(lower.value())
              + unit
              + ", found "
              + plain(value)
              + unit);
    } else if (upper != null
        && (upper.inclusive() ? value > upper.value() : value >= upper.value())) {
      error(
          at,
          "must be "
              + (upper.inclusive() ? "at most " : "less than ")
              + plain(upper.value())
              + unit
              + ", found "
              + plain(value)
              + unit);
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
