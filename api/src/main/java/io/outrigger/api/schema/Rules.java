package io.outrigger.api.schema;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The validation rules of a field (validate.FieldRules of protoc-gen-validate), as far as Envoy's
 * protos use them. Lengths of strings are in code points or, with {@code minBytes}, bytes.
 */
record Rules(
    boolean required,
    boolean definedOnly,
    boolean ignoreEmpty,
    boolean headerName,
    boolean headerValue,
    long minLength,
    long maxLength,
    long minBytes,
    long maxBytes,
    String prefix,
    long minItems,
    long maxItems,
    @Nullable Bound lower,
    @Nullable Bound upper,
    boolean constTrue,
    List<Long> in,
    List<Long> notIn,
    List<String> inText,
    @Nullable Rules items) {

  /** A limit of a number or a duration (in seconds). */
  record Bound(double value, boolean inclusive) {}

  static Rules parse(byte[] bytes) {
    try {
      Builder b = new Builder();
      b.rules(CodedInputStream.newInstance(bytes));
      return b.build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads validate.FieldRules from wire bytes; the numbers are the proto's. */
  private static final class Builder {
    private boolean required;
    private boolean definedOnly;
    private boolean ignoreEmpty;
    private boolean headerName;
    private boolean headerValue;
    private boolean constTrue;
    private long minLength;
    private long maxLength = Long.MAX_VALUE;
    private long minBytes;
    private long maxBytes = Long.MAX_VALUE;
    private long minItems;
    private long maxItems = Long.MAX_VALUE;
    private String prefix = "";
    private @Nullable Bound lower;
    private @Nullable Bound upper;
    private @Nullable Rules items;
    private final List<Long> in = new ArrayList<>();
    private final List<Long> notIn = new ArrayList<>();
    private final List<String> inText = new ArrayList<>();

    Rules build() {
      return new Rules(
          required,
          definedOnly,
          ignoreEmpty,
          headerName,
          headerValue,
          minLength,
          maxLength,
          minBytes,
          maxBytes,
          prefix,
          minItems,
          maxItems,
          lower,
          upper,
          constTrue,
          List.copyOf(in),
          List.copyOf(notIn),
          List.copyOf(inText),
          items);
    }

    void rules(CodedInputStream in) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        int field = WireFormat.getTagFieldNumber(tag);
        if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          in.skipField(tag);
          continue;
        }
        CodedInputStream part = in.readBytes().newCodedInput();
        switch (field) {
          case 14, 15 -> string(part);
          case 16 -> enumeration(part);
          case 17, 20 -> message(part, field);
          case 18, 19 -> repeated(part, field);
          case 21 -> duration(part);
          case 22 -> message(part, 20);
          case 13 -> bool(part);
          default -> number(part, field);
        }
      }
    }

    private void bool(CodedInputStream in) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        constTrue = in.readBool();
      }
    }

    private void string(CodedInputStream in) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 2 -> minLength = in.readUInt64();
          case 3 -> maxLength = in.readUInt64();
          case 4 -> minBytes = in.readUInt64();
          case 5 -> maxBytes = in.readUInt64();
          case 7 -> prefix = in.readString();
          case 10 -> inText.add(in.readString());
          case 24 -> {
            long kind = in.readUInt64();
            headerName = kind == 1;
            headerValue = kind == 2;
          }
          case 26 -> ignoreEmpty = in.readBool();
          default -> in.skipField(tag);
        }
      }
    }

    private void enumeration(CodedInputStream in) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 2 -> definedOnly = in.readBool();
          case 3 -> this.in.add(in.readUInt64());
          case 4 -> notIn.add(in.readUInt64());
          default -> in.skipField(tag);
        }
      }
    }

    private void message(CodedInputStream in, int kind) throws IOException {
      int requiredField = kind == 17 ? 2 : 1;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == requiredField) {
          required = in.readBool();
        } else {
          in.skipField(tag);
        }
      }
    }

    private void repeated(CodedInputStream in, int kind) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        int field = WireFormat.getTagFieldNumber(tag);
        if (field == 1) {
          minItems = in.readUInt64();
        } else if (field == 2) {
          maxItems = in.readUInt64();
        } else if (kind == 18 && field == 4) {
          items = parse(in.readByteArray());
        } else {
          in.skipField(tag);
        }
      }
    }

    private void duration(CodedInputStream in) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1 -> required = in.readBool();
          case 3 -> upper = new Bound(seconds(in), false);
          case 4 -> upper = new Bound(seconds(in), true);
          case 5 -> lower = new Bound(seconds(in), false);
          case 6 -> lower = new Bound(seconds(in), true);
          default -> in.skipField(tag);
        }
      }
    }

    private static double seconds(CodedInputStream in) throws IOException {
      CodedInputStream d = in.readBytes().newCodedInput();
      double seconds = 0;
      for (int tag = d.readTag(); tag != 0; tag = d.readTag()) {
        long value = d.readInt64();
        seconds += WireFormat.getTagFieldNumber(tag) == 1 ? value : value / 1e9;
      }
      return seconds;
    }

    private void number(CodedInputStream in, int kind) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        int field = WireFormat.getTagFieldNumber(tag);
        double value =
            switch (WireFormat.getTagWireType(tag)) {
              case WireFormat.WIRETYPE_FIXED64 ->
                  kind == 2 ? in.readDouble() : in.readRawLittleEndian64();
              case WireFormat.WIRETYPE_FIXED32 ->
                  kind == 1 ? in.readFloat() : in.readRawLittleEndian32();
              default -> kind == 7 || kind == 8 ? in.readSInt64() : in.readInt64();
            };
        switch (field) {
          case 2 -> upper = new Bound(value, false);
          case 3 -> upper = new Bound(value, true);
          case 4 -> lower = new Bound(value, false);
          case 5 -> lower = new Bound(value, true);
          case 6 -> this.in.add((long) value);
          case 7 -> notIn.add((long) value);
          case 8 -> ignoreEmpty = value != 0;
          default -> {}
        }
      }
    }
  }
}
