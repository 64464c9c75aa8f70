package io.outrigger.api.schema;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;

/** Reads numbers from wire bytes as doubles, for comparing them with the bounds of rules. */
final class WireNumbers {
  static double read(FieldKind kind, CodedInputStream in) throws IOException {
    return switch (kind) {
      case DOUBLE -> in.readDouble();
      case FLOAT -> in.readFloat();
      case FIXED64, SFIXED64 -> in.readFixed64();
      case FIXED32 -> Integer.toUnsignedLong(in.readFixed32());
      case SFIXED32 -> in.readSFixed32();
      case SINT32, SINT64 -> in.readSInt64();
      case UINT32 -> Integer.toUnsignedLong(in.readUInt32());
      default -> in.readInt64();
    };
  }

  private WireNumbers() {}
}
