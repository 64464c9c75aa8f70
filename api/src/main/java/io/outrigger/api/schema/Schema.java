package io.outrigger.api.schema;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All messages and enums that Outrigger knows, read from the table that the build makes.
 *
 * <p>Nothing is unpacked until it is asked for: a start reads a few dozen types of well over a
 * thousand. Any thread.
 */
public final class Schema {
  private static final int ENTRIES = 4;
  private static final int ENTRY = 8;
  private static final Schema INSTANCE = load();

  private final byte[] table;
  private final ByteBuffer view;
  private final int count;
  private final int texts;
  private final int bodies;
  private final Map<String, MessageType> messages = new ConcurrentHashMap<>();
  private final Map<String, EnumType> enums = new ConcurrentHashMap<>();

  private Schema(byte[] table) {
    this.table = table;
    view = ByteBuffer.wrap(table);
    count = view.getInt(0);
    texts = ENTRIES + count * ENTRY + 4;
    bodies = texts + view.getInt(ENTRIES + count * ENTRY);
  }

  static Schema instance() {
    return INSTANCE;
  }

  /**
   * Whether a message of this full name is known, such as {@code envoy.config.cluster.v3.Cluster}.
   */
  public static boolean knows(String messageName) {
    return INSTANCE.message(messageName) != null;
  }

  private static Schema load() {
    try (InputStream in = Schema.class.getResourceAsStream("/io/outrigger/api/schema.bin")) {
      if (in == null) {
        throw new IllegalStateException(
            "schema.bin is not on the class path: build the api module");
      }
      return new Schema(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Nullable MessageType message(String name) {
    MessageType known = messages.get(name);
    if (known != null) {
      return known;
    }
    int offset = offset(name);
    if (offset < 0 || table[bodies + offset] == 0) {
      return null;
    }
    return messages.computeIfAbsent(name, n -> readMessage(n, offset));
  }

  /** The message that a field of the table refers to; the build put it there. */
  MessageType required(String name) {
    MessageType type = message(name);
    if (type == null) {
      throw new IllegalStateException("the schema table lacks " + name);
    }
    return type;
  }

  EnumType enumeration(String name) {
    return enums.computeIfAbsent(name, this::readEnum);
  }

  /** Where a type's body is among the bodies, or -1: the names are in order. */
  private int offset(String name) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(middle, name);
      if (order == 0) {
        return view.getInt(ENTRIES + middle * ENTRY + 4);
      } else if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  private int compare(int entry, String name) {
    int from = view.getInt(ENTRIES + entry * ENTRY);
    int to = entry + 1 < count ? view.getInt(ENTRIES + (entry + 1) * ENTRY) : bodies - texts;
    int length = Math.min(to - from, name.length());
    for (int i = 0; i < length; i++) {
      int order = table[texts + from + i] - name.charAt(i);
      if (order != 0) {
        return order;
      }
    }
    return to - from - name.length();
  }

  private DataInputStream body(int offset) {
    int from = bodies + offset;
    return new DataInputStream(new ByteArrayInputStream(table, from, table.length - from));
  }

  private EnumType readEnum(String name) {
    int offset = offset(name);
    if (offset < 0) {
      throw new IllegalStateException("the schema table lacks " + name);
    }
    try (DataInputStream d = body(offset)) {
      d.readByte();
      int count = d.readUnsignedShort();
      Map<String, Integer> numbers = LinkedHashMap.newLinkedHashMap(count);
      for (int i = 0; i < count; i++) {
        String value = d.readUTF();
        numbers.put(value, d.readInt());
      }
      return new EnumType(numbers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private MessageType readMessage(String name, int offset) {
    try (DataInputStream d = body(offset)) {
      boolean mapEntry = d.readByte() == 2;
      int oneofCount = d.readUnsignedByte();
      List<MessageType.Oneof> oneofs = new ArrayList<>(oneofCount);
      for (int i = 0; i < oneofCount; i++) {
        oneofs.add(new MessageType.Oneof(d.readUTF(), d.readByte() == 1));
      }
      int count = d.readUnsignedShort();
      List<FieldType> fields = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        fields.add(readField(i, d));
      }
      return new MessageType(name, mapEntry, oneofs, fields);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FieldType readField(int position, DataInputStream d) throws IOException {
    String name = d.readUTF();
    String jsonName = d.readUTF();
    int number = d.readInt();
    FieldKind kind = FieldKind.of(d.readByte());
    int flags = d.readByte();
    int oneof = d.readByte();
    String typeName = d.readUTF();
    byte[] rules = new byte[d.readUnsignedShort()];
    d.readFully(rules);
    return new FieldType(
        position,
        name,
        jsonName,
        number,
        kind,
        (flags & 1) != 0,
        (flags & 2) != 0,
        (flags & 4) != 0,
        (flags & 8) != 0,
        (flags & 16) != 0,
        oneof,
        typeName,
        rules.length == 0 ? null : Rules.parse(rules));
  }
}
