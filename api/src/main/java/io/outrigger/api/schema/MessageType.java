package io.outrigger.api.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message: its fields by number and by name. */
final class MessageType {
  private final String name;
  private final boolean mapEntry;
  private final List<Oneof> oneofs;
  private final List<FieldType> fields;
  private final Map<String, FieldType> byName = new HashMap<>();
  private final Map<Integer, FieldType> byNumber = new HashMap<>();

  /** A set of fields of which at most one is set; {@code required}: exactly one. */
  record Oneof(String name, boolean required) {}

  MessageType(String name, boolean mapEntry, List<Oneof> oneofs, List<FieldType> fields) {
    this.name = name;
    this.mapEntry = mapEntry;
    this.oneofs = oneofs;
    this.fields = fields;
    for (FieldType field : fields) {
      byName.put(field.name(), field);
      byName.putIfAbsent(field.jsonName(), field);
      byNumber.put(field.number(), field);
    }
  }

  String name() {
    return name;
  }

  boolean mapEntry() {
    return mapEntry;
  }

  List<Oneof> oneofs() {
    return oneofs;
  }

  List<FieldType> fields() {
    return fields;
  }

  /** The field of this name, in snake_case or lowerCamelCase. */
  @Nullable FieldType field(String fieldName) {
    return byName.get(fieldName);
  }

  @Nullable FieldType field(int number) {
    return byNumber.get(number);
  }

  List<String> fieldNames() {
    List<String> names = new ArrayList<>(fields.size());
    fields.forEach(f -> names.add(f.name()));
    return names;
  }

  List<String> oneofNames(int oneof) {
    return fields.stream().filter(f -> f.oneof() == oneof).map(FieldType::name).toList();
  }
}
