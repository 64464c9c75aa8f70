package io.outrigger.api.schema;

/** The type of a field, in the order of google.protobuf.FieldDescriptorProto.Type. */
enum FieldKind {
  NONE,
  DOUBLE,
  FLOAT,
  INT64,
  UINT64,
  INT32,
  FIXED64,
  FIXED32,
  BOOL,
  STRING,
  GROUP,
  MESSAGE,
  BYTES,
  UINT32,
  ENUM,
  SFIXED32,
  SFIXED64,
  SINT32,
  SINT64;

  private static final FieldKind[] ALL = values();

  static FieldKind of(int number) {
    return ALL[number];
  }

  /** Whether a repeated field of this type is written packed (proto3's default). */
  boolean packable() {
    return this != STRING && this != BYTES && this != MESSAGE && this != GROUP;
  }

  /** The wire type: 0 varint, 1 eight bytes, 2 length first, 5 four bytes. */
  int wireType() {
    return switch (this) {
      case DOUBLE, FIXED64, SFIXED64 -> 1;
      case FLOAT, FIXED32, SFIXED32 -> 5;
      case STRING, BYTES, MESSAGE -> 2;
      default -> 0;
    };
  }
}
