package io.outrigger.config.compile;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.api.schema.ProtoYaml;
import io.outrigger.api.schema.SchemaProblem;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a message from the Struct of a TypedStruct, which has its fields as JSON has them. */
final class StructMessage {
  private static final Place NOWHERE = new Place("TypedStruct", 0, 0);

  private StructMessage() {}

  /** The message's wire bytes, or null with a problem. */
  static @Nullable ByteString wire(String type, ByteString struct, Problems problems)
      throws InvalidProtocolBufferException {
    List<SchemaProblem> found = new ArrayList<>();
    byte[] wire = ProtoYaml.toWire(type, mapping(Struct.parseFrom(struct)), found, true);
    return problems.addAll(found) ? null : ByteString.copyFrom(wire);
  }

  private static Node mapping(Struct struct) {
    List<Node.Entry> entries = new ArrayList<>(struct.getFieldsCount());
    for (Map.Entry<String, Value> field : struct.getFieldsMap().entrySet()) {
      entries.add(new Node.Entry(field.getKey(), node(field.getValue()), NOWHERE));
    }
    return new Node.Mapping(entries, NOWHERE);
  }

  private static Node node(Value value) {
    return switch (value.getKindCase()) {
      case STRUCT_VALUE -> mapping(value.getStructValue());
      case LIST_VALUE -> {
        List<Node> items = new ArrayList<>(value.getListValue().getValuesCount());
        for (Value item : value.getListValue().getValuesList()) {
          items.add(node(item));
        }
        yield new Node.Sequence(items, NOWHERE);
      }
      case STRING_VALUE -> new Node.Scalar(value.getStringValue(), true, NOWHERE);
      case BOOL_VALUE -> new Node.Scalar(Boolean.toString(value.getBoolValue()), false, NOWHERE);
      case NUMBER_VALUE -> {
        double number = value.getNumberValue();
        String text =
            number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
        yield new Node.Scalar(text, false, NOWHERE);
      }
      case NULL_VALUE, KIND_NOT_SET -> new Node.Scalar("null", false, NOWHERE);
    };
  }
}
