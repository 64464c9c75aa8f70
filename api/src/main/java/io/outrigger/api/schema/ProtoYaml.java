package io.outrigger.api.schema;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Place;
import io.outrigger.api.yaml.Suggestion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns YAML or JSON into the wire bytes of a message, as leniently as Envoy's loader does.
 *
 * <p>Field names in snake_case or lowerCamelCase; one value for a repeated field; enum names in any
 * case or numbers; numbers in quotes; {@code null} for unset. What does not fit is reported with
 * its field path and place, and left out. One use, one thread.
 */
public final class ProtoYaml {
  private static final String ANY = "google.protobuf.Any";

  private final Schema schema = Schema.instance();
  private final List<SchemaProblem> problems;
  private final boolean unknownFieldsWarn;

  private ProtoYaml(List<SchemaProblem> problems, boolean unknownFieldsWarn) {
    this.problems = problems;
    this.unknownFieldsWarn = unknownFieldsWarn;
  }

  /**
   * The wire bytes of {@code node} as a message.
   *
   * @param messageName full name, such as {@code envoy.config.bootstrap.v3.Bootstrap}
   * @param problems gets all that does not fit; the bytes are to be used only if none is an error
   */
  public static byte[] toWire(String messageName, Node node, List<SchemaProblem> problems) {
    return toWire(messageName, node, problems, false);
  }

  /** As above; with {@code unknownFieldsWarn} an unknown field is a warning and is left out. */
  public static byte[] toWire(
      String messageName, Node node, List<SchemaProblem> problems, boolean unknownFieldsWarn) {
    ProtoYaml yaml = new ProtoYaml(problems, unknownFieldsWarn);
    MessageType type = yaml.schema.message(messageName);
    if (type == null) {
      throw new IllegalArgumentException("no message is called " + messageName);
    }
    byte[] wire = yaml.message(type, node, FieldPath.ROOT);
    if (problems.stream().allMatch(SchemaProblem::warning)) {
      Validation.check(messageName, wire, node, problems);
    }
    return wire;
  }

  private void error(Place place, FieldPath path, String message) {
    problems.add(new SchemaProblem(path.toString(), message, place, false));
  }

  // ---- messages ----

  private byte[] message(MessageType type, Node node, FieldPath path) {
    if (WellKnown.isSpecial(type.name())) {
      return special(type, node, path);
    }
    if (!(node instanceof Node.Mapping mapping)) {
      error(
          node.place(),
          path,
          "needs a mapping of " + type.name() + "'s fields, found " + node.kind());
      return new byte[0];
    }
    return mapping(type, mapping, path, false);
  }

  private byte[] mapping(MessageType type, Node.Mapping mapping, FieldPath path, boolean inAny) {
    Node.@Nullable Entry[] set = new Node.Entry[type.fields().size()];
    @Nullable FieldType[] oneofs = new FieldType[type.oneofs().size()];
    for (Node.Entry entry : mapping.entries()) {
      String key = entry.key();
      if ((inAny && key.equals("@type")) || (path.isRoot() && key.equals("!ignore"))) {
        continue;
      }
      FieldType field = type.field(key);
      if (field == null) {
        problems.add(
            new SchemaProblem(
                path.field(key).toString(),
                "no such field in " + type.name() + Suggestion.clause(key, type.fieldNames()),
                entry.place(),
                unknownFieldsWarn));
        continue;
      }
      if (entry.value().isNull() && !field.typeName().equals("google.protobuf.Value")) {
        continue;
      }
      if (field.oneof() >= 0) {
        FieldType other = oneofs[field.oneof()];
        if (other == null) {
          oneofs[field.oneof()] = field;
        } else if (other.number() != field.number()) {
          error(
              entry.place(),
              path.field(key),
              "cannot stand beside "
                  + other.name()
                  + ": at most one of "
                  + String.join(", ", type.oneofNames(field.oneof())));
          continue;
        }
      }
      set[field.position()] = entry;
    }
    MessageBytes bytes = new MessageBytes();
    try {
      for (FieldType field : type.fields()) {
        Node.Entry entry = set[field.position()];
        if (entry != null) {
          field(field, entry.value(), path.field(entry.key()), bytes.out);
        }
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void field(FieldType field, Node node, FieldPath path, CodedOutputStream out)
      throws IOException {
    if (!field.repeated()) {
      value(field, node, path, out);
      return;
    }
    if (field.kind() == FieldKind.MESSAGE) {
      MessageType type = schema.required(field.typeName());
      if (type.mapEntry()) {
        map(field, type, node, path, out);
        return;
      }
    }
    if (node instanceof Node.Sequence sequence) {
      for (int i = 0; i < sequence.items().size(); i++) {
        value(field, sequence.items().get(i), path.item(i), out);
      }
    } else {
      value(field, node, path, out);
    }
  }

  private void map(
      FieldType field, MessageType entryType, Node node, FieldPath path, CodedOutputStream out)
      throws IOException {
    if (!(node instanceof Node.Mapping mapping)) {
      error(node.place(), path, "needs a mapping, found " + node.kind());
      return;
    }
    FieldType key = entryType.fields().get(0);
    FieldType value = entryType.fields().get(1);
    for (Node.Entry entry : mapping.entries()) {
      MessageBytes bytes = new MessageBytes();
      FieldPath at = path.entry(entry.key());
      value(key, new Node.Scalar(entry.key(), true, entry.place()), at, bytes.out);
      value(value, entry.value(), at, bytes.out);
      out.writeByteArray(field.number(), bytes.toByteArray());
    }
  }

  // ---- single values ----

  private void value(FieldType field, Node node, FieldPath path, CodedOutputStream out)
      throws IOException {
    if (field.kind() == FieldKind.MESSAGE) {
      out.writeByteArray(field.number(), message(schema.required(field.typeName()), node, path));
      return;
    }
    if (!(node instanceof Node.Scalar scalar)) {
      error(node.place(), path, "needs a value, found " + node.kind());
      return;
    }
    scalar(field, scalar, path, out);
  }

  private void scalar(FieldType field, Node.Scalar node, FieldPath path, CodedOutputStream out)
      throws IOException {
    int number = field.number();
    String text = node.text();
    switch (field.kind()) {
      case STRING -> out.writeString(number, text);
      case BOOL -> {
        Boolean value = Scalars.bool(text);
        if (value == null) {
          error(node.place(), path, "needs true or false, found " + node.kind());
        } else {
          out.writeBool(number, value);
        }
      }
      case BYTES -> {
        byte[] value = Scalars.base64(text);
        if (value == null) {
          error(node.place(), path, "needs base64, found " + node.kind());
        } else {
          out.writeBytes(number, ByteString.copyFrom(value));
        }
      }
      case ENUM -> enumeration(field, node, path, out);
      case DOUBLE, FLOAT -> {
        Double value = Scalars.real(text);
        if (value == null) {
          error(node.place(), path, "needs a number, found " + node.kind());
        } else if (field.kind() == FieldKind.FLOAT) {
          out.writeFloat(number, value.floatValue());
        } else {
          out.writeDouble(number, value);
        }
      }
      default -> integer(field, node, path, out);
    }
  }

  private void enumeration(FieldType field, Node.Scalar node, FieldPath path, CodedOutputStream out)
      throws IOException {
    EnumType type = schema.enumeration(field.typeName());
    Integer value = type.number(node.text());
    if (value == null) {
      Long number = Scalars.integer(node.text());
      value =
          number != null && number == number.intValue() ? Integer.valueOf(number.intValue()) : null;
    }
    if (value == null) {
      error(
          node.place(),
          path,
          "needs one of "
              + String.join(", ", type.all())
              + "; found "
              + node.kind()
              + Suggestion.clause(node.text(), type.all()));
      return;
    }
    out.writeEnum(field.number(), value);
  }

  private void integer(FieldType field, Node.Scalar node, FieldPath path, CodedOutputStream out)
      throws IOException {
    Long value = Scalars.integer(node.text());
    if (field.kind() == FieldKind.UINT64 || field.kind() == FieldKind.FIXED64) {
      value = value != null && value < 0 ? null : value;
      value = value == null ? Scalars.unsigned(node.text()) : value;
    }
    String range = Scalars.rangeOf(field.kind());
    if (value == null || !Scalars.fits(field.kind(), value)) {
      error(node.place(), path, "needs a whole number " + range + ", found " + node.kind());
      return;
    }
    int number = field.number();
    switch (field.kind()) {
      case INT32 -> out.writeInt32(number, value.intValue());
      case UINT32 -> out.writeUInt32(number, value.intValue());
      case SINT32 -> out.writeSInt32(number, value.intValue());
      case FIXED32, SFIXED32 -> out.writeFixed32(number, value.intValue());
      case FIXED64, SFIXED64 -> out.writeFixed64(number, value);
      case SINT64 -> out.writeSInt64(number, value);
      default -> out.writeUInt64(number, value);
    }
  }

  // ---- well-known types ----

  private byte[] special(MessageType type, Node node, FieldPath path) {
    try {
      if (type.name().equals(ANY)) {
        return any(node, path);
      }
      if (WellKnown.isWrapper(type.name()) && node instanceof Node.Mapping mapping) {
        return mapping(type, mapping, path, false); // {value: 1}, which Envoy takes as well
      }
      MessageBytes bytes = new MessageBytes();
      if (WellKnown.isWrapper(type.name())) {
        value(type.fields().get(0), node, path, bytes.out);
      } else {
        String problem = WellKnown.write(type.name(), node, bytes.out);
        if (problem != null) {
          error(node.place(), path, problem);
        }
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] any(Node node, FieldPath path) throws IOException {
    if (!(node instanceof Node.Mapping mapping)) {
      error(node.place(), path, "needs a mapping with \"@type\", found " + node.kind());
      return new byte[0];
    }
    Node url = mapping.get("@type");
    if (!(url instanceof Node.Scalar typeUrl)) {
      error(node.place(), path, "\"@type\" is missing: the type URL that says what this is");
      return new byte[0];
    }
    String name = typeUrl.text().substring(typeUrl.text().lastIndexOf('/') + 1);
    MessageType type = schema.message(name);
    if (type == null) {
      error(
          typeUrl.place(),
          path.field("@type"),
          "type \"" + name + "\" is not one that Outrigger knows");
      return new byte[0];
    }
    byte[] value = anyValue(type, mapping, path);
    MessageBytes bytes = new MessageBytes();
    bytes.out.writeString(
        1, typeUrl.text().contains("/") ? typeUrl.text() : "type.googleapis.com/" + name);
    bytes.out.writeByteArray(2, value);
    return bytes.toByteArray();
  }

  private byte[] anyValue(MessageType type, Node.Mapping mapping, FieldPath path) {
    if (!WellKnown.isSpecial(type.name())) {
      return mapping(type, mapping, path, true);
    }
    @Nullable Node value = mapping.get("value");
    if (value == null) {
      return new byte[0];
    }
    return special(type, value, path.field("value"));
  }
}
