package io.outrigger.api.schema;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All messages and enums that Outrigger knows, read from the table that the build makes.
 *
 * <p>A type's body is read when it is first asked for: a start reads a few dozen of well over a
 * thousand. Any thread.
 */
public final class Schema {
  private static final Schema INSTANCE = load();

  private final byte[] table;
  private final int bodies;
  private final Map<String, Integer> directory;
  private final Map<String, MessageType> messages = new ConcurrentHashMap<>();
  private final Map<String, EnumType> enums = new ConcurrentHashMap<>();

  private Schema(byte[] table, int bodies, Map<String, Integer> directory) {
    this.table = table;
    this.bodies = bodies;
    this.directory = directory;
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
      byte[] table = in.readAllBytes();
      ByteArrayInputStream bytes = new ByteArrayInputStream(table);
      DataInputStream d = new DataInputStream(bytes);
      int count = d.readInt();
      Map<String, Integer> directory = HashMap.newHashMap(count);
      for (int i = 0; i < count; i++) {
        String name = d.readUTF();
        directory.put(name, d.readInt());
      }
      return new Schema(table, table.length - bytes.available(), directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Nullable MessageType message(String name) {
    MessageType known = messages.get(name);
    if (known != null) {
      return known;
    }
    Integer offset = directory.get(name);
    if (offset == null || table[bodies + offset] == 0) {
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

  private DataInputStream body(int offset) {
    int from = bodies + offset;
    return new DataInputStream(new ByteArrayInputStream(table, from, table.length - from));
  }

  private EnumType readEnum(String name) {
    Integer offset = directory.get(name);
    if (offset == null) {
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
        fields.add(readField(d));
      }
      return new MessageType(name, mapEntry, oneofs, fields);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FieldType readField(DataInputStream d) throws IOException {
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
        name,
        jsonName,
        number,
        kind,
        (flags & 1) != 0,
        (flags & 2) != 0,
        (flags & 4) != 0,
        (flags & 8) != 0,
        oneof,
        typeName,
        rules.length == 0 ? null : Rules.parse(rules));
  }
}
