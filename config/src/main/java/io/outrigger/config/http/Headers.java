package io.outrigger.config.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A header block: names and values in one byte array, with an index of slots in wire order.
 *
 * <p>Where the block itself lays a header down, it lays it as HTTP/1 has it on the wire ({@code
 * name: value CR LF}), as a decoder does that reads one in place: so an HTTP/1 encoder copies
 * neighbours in one go.
 *
 * <p>Codecs append, filters look up and change, encoders walk the slots; nothing on that way makes
 * a String. HTTP/1's request line and Host, and its status, are here as HTTP/2's pseudo-headers.
 * Names are always in lower case. A removed slot stays as a hole that {@link #isLive} tells. Reused
 * from one message to the next by {@link #clear}. Owned by one worker.
 */
public final class Headers {
  private static final int STRIDE = 5;
  private static final int NAME_OFFSET = 0;
  private static final int NAME_LENGTH = 1;
  private static final int VALUE_OFFSET = 2;
  private static final int VALUE_LENGTH = 3;
  private static final int HASH = 4;
  private static final int REMOVED = -1;

  private byte[] data;
  private int used;
  private int[] index;
  private @Nullable HeaderName[] names;
  private int slots;
  private int live;

  /** A bit for each of the first 64 slots; all later slots share the last. */
  private long neverIndexed;

  private @Nullable Spelling spelling;
  private boolean spelled;

  public Headers() {
    this(512, 16);
  }

  public Headers(int bytes, int slots) {
    this.data = new byte[bytes];
    this.index = new int[slots * STRIDE];
    this.names = new @Nullable HeaderName[slots];
  }

  /** Forgets all headers and keeps the memory, up to a bound. */
  public void clear() {
    if (data.length > 16_384) {
      data = new byte[1024];
    }
    if (names.length > 256) {
      index = new int[32 * STRIDE];
      names = new @Nullable HeaderName[32];
    } else {
      Arrays.fill(names, 0, slots, null);
    }
    used = 0;
    slots = 0;
    live = 0;
    neverIndexed = 0;
    spelled = false;
  }

  /** Remembers from here on how names are written; others may be given capitals. */
  public Spelling spell(boolean otherNamesInProperCase) {
    Spelling own = spelling;
    if (own == null) {
      own = new Spelling();
      spelling = own;
    }
    own.begin(otherNamesInProperCase);
    spelled = true;
    return own;
  }

  /** How the sender wrote the names, or null where that was not to be remembered. */
  public @Nullable Spelling spelling() {
    return spelled ? spelling : null;
  }

  /** Number of slots, holes included: the bound for walking. */
  public int slots() {
    return slots;
  }

  /** Number of headers, holes excluded. */
  public int size() {
    return live;
  }

  /** Bytes of all names and values that are live, as header limits count them. */
  public int byteSize() {
    int sum = 0;
    for (int slot = 0; slot < slots; slot++) {
      if (isLive(slot)) {
        sum += index[slot * STRIDE + NAME_LENGTH] + index[slot * STRIDE + VALUE_LENGTH];
      }
    }
    return sum;
  }

  public boolean isLive(int slot) {
    return index[slot * STRIDE + NAME_LENGTH] != REMOVED;
  }

  /** The array that offsets of names and values refer to; valid until the next change. */
  public byte[] data() {
    return data;
  }

  public int nameOffset(int slot) {
    return index[slot * STRIDE + NAME_OFFSET];
  }

  public int nameLength(int slot) {
    return index[slot * STRIDE + NAME_LENGTH];
  }

  public int valueOffset(int slot) {
    return index[slot * STRIDE + VALUE_OFFSET];
  }

  public int valueLength(int slot) {
    return index[slot * STRIDE + VALUE_LENGTH];
  }

  public int nameHash(int slot) {
    return index[slot * STRIDE + HASH];
  }

  /** The interned name of the slot, or null where the name is not one of the known. */
  public @Nullable HeaderName name(int slot) {
    return names[slot];
  }

  // ---- appending ----

  /**
   * Room for {@code length} more bytes, for a decoder that writes into {@link #data} itself and
   * then calls {@link #addInPlace}. Returns the offset to write at.
   */
  public int reserve(int length) {
    int needed = used + length;
    if (needed > data.length || needed < 0) {
      data = Arrays.copyOf(data, Math.max(needed, data.length * 2));
    }
    return used;
  }

  /** Takes {@code length} bytes, written after {@link #reserve}, as used. */
  public void commit(int length) {
    used += length;
  }

  /** Copies bytes to the end of {@link #data}, for {@link #addInPlace}; returns where they are. */
  public int append(byte[] source, int offset, int length) {
    int at = reserve(length);
    System.arraycopy(source, offset, data, at, length);
    used += length;
    return at;
  }

  /** Appends a header that is already in {@link #data}, and whose name's hash is known. */
  public void addInPlace(
      @Nullable HeaderName name,
      int nameHash,
      int nameOffset,
      int nameLength,
      int valueOffset,
      int valueLength) {
    put(name, nameHash, nameOffset, nameLength, valueOffset, valueLength);
  }

  /** Appends a header whose name (lower case) and value are already in {@link #data}. */
  public void addInPlace(int nameOffset, int nameLength, int valueOffset, int valueLength) {
    int hash = HeaderName.hash(data, nameOffset, nameLength);
    put(
        HeaderName.find(data, nameOffset, nameLength, hash),
        hash,
        nameOffset,
        nameLength,
        valueOffset,
        valueLength);
  }

  /**
   * As {@link #addInPlace}, where the decoder has summed the name's hash ({@link HeaderName#mix}).
   * Returns the interned name, or null where it is not one of the known.
   */
  public @Nullable HeaderName addHashed(
      int hash, int nameOffset, int nameLength, int valueOffset, int valueLength) {
    HeaderName known = HeaderName.find(data, nameOffset, nameLength, hash);
    put(known, hash, nameOffset, nameLength, valueOffset, valueLength);
    return known;
  }

  /** Appends a header of a known name; name and value are already in {@link #data}. */
  public void addInPlace(HeaderName name, int nameOffset, int valueOffset, int valueLength) {
    put(name, name.hash(), nameOffset, name.length(), valueOffset, valueLength);
  }

  /** Lets a slot's value be bytes that are already in {@link #data}. */
  public void setValueInPlace(int slot, int valueOffset, int valueLength) {
    index[slot * STRIDE + VALUE_OFFSET] = valueOffset;
    index[slot * STRIDE + VALUE_LENGTH] = valueLength;
  }

  /** Appends a header of a known name whose value is already in {@link #data}. */
  public void addInPlace(HeaderName name, int valueOffset, int valueLength) {
    int at = reserve(name.length());
    System.arraycopy(name.bytes(), 0, data, at, name.length());
    used += name.length();
    put(name, name.hash(), at, name.length(), valueOffset, valueLength);
  }

  public void add(HeaderName name, byte[] source, int offset, int length) {
    byte[] nameBytes = name.bytes();
    int at = lay(nameBytes, 0, nameBytes.length, source, offset, length);
    put(name, name.hash(), at, nameBytes.length, at + nameBytes.length + 2, length);
  }

  /** Writes a header's line at the end of the bytes, and returns where. */
  private int lay(
      byte[] nameSource, int nameOffset, int nameLength, byte[] source, int offset, int length) {
    int at = reserve(nameLength + length + 4);
    System.arraycopy(nameSource, nameOffset, data, at, nameLength);
    int value = at + nameLength + 2;
    System.arraycopy(source, offset, data, value, length);
    data[value - 2] = ':';
    data[value - 1] = ' ';
    data[value + length] = '\r';
    data[value + length + 1] = '\n';
    used = value + length + 2;
    return at;
  }

  public void add(HeaderName name, byte[] value) {
    add(name, value, 0, value.length);
  }

  public void add(HeaderName name, String value) {
    add(name, value.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Appends a header from bytes; the name must be in lower case. */
  public void add(
      byte[] nameSource, int nameOffset, int nameLength, byte[] source, int offset, int length) {
    int at = lay(nameSource, nameOffset, nameLength, source, offset, length);
    addInPlace(at, nameLength, at + nameLength + 2, length);
  }

  /** Appends a header from text; the name is put in lower case. For tests and slow paths. */
  public void add(String name, String value) {
    add(HeaderName.of(name), value);
  }

  public void addLong(HeaderName name, long value) {
    add(name, Long.toString(value));
  }

  /** Appends every live header of another block. */
  public void addAll(Headers other) {
    for (int slot = 0; slot < other.slots; slot++) {
      if (!other.isLive(slot)) {
        continue;
      }
      int nameLength = other.nameLength(slot);
      int valueLength = other.valueLength(slot);
      int at =
          lay(
              other.data,
              other.nameOffset(slot),
              nameLength,
              other.data,
              other.valueOffset(slot),
              valueLength);
      put(
          other.names[slot],
          other.nameHash(slot),
          at,
          nameLength,
          at + nameLength + 2,
          valueLength);
      if (other.isNeverIndexed(slot)) {
        setNeverIndexed(slots - 1);
      }
    }
  }

  /**
   * Appends a header from bytes whose name's hash is known, and its interned name where it has one.
   */
  public void add(
      @Nullable HeaderName name,
      int nameHash,
      byte[] source,
      int nameOffset,
      int nameLength,
      int valueOffset,
      int valueLength) {
    int at = lay(source, nameOffset, nameLength, source, valueOffset, valueLength);
    put(name, nameHash, at, nameLength, at + nameLength + 2, valueLength);
  }

  /**
   * Whether the sender forbade that this header enters a compression table (RFC 7541 section
   * 6.2.3); an intermediary must keep to that. Beyond the first 64 slots one such header stands for
   * all.
   */
  public boolean isNeverIndexed(int slot) {
    return (neverIndexed & (1L << Math.min(slot, 63))) != 0;
  }

  public void setNeverIndexed(int slot) {
    neverIndexed |= 1L << Math.min(slot, 63);
  }

  private void put(
      @Nullable HeaderName name,
      int hash,
      int nameOffset,
      int nameLength,
      int valueOffset,
      int valueLength) {
    if (slots == names.length) {
      names = Arrays.copyOf(names, slots * 2);
      index = Arrays.copyOf(index, index.length * 2);
    }
    int base = slots * STRIDE;
    index[base + NAME_OFFSET] = nameOffset;
    index[base + NAME_LENGTH] = nameLength;
    index[base + VALUE_OFFSET] = valueOffset;
    index[base + VALUE_LENGTH] = valueLength;
    index[base + HASH] = hash;
    names[slots] = name;
    slots++;
    live++;
  }

  // ---- looking up ----

  /** The first live slot of this name, or -1. */
  public int find(HeaderName name) {
    return findFrom(name, 0);
  }

  /** The next live slot of this name after {@code slot}, or -1. */
  public int next(HeaderName name, int slot) {
    return findFrom(name, slot + 1);
  }

  private int findFrom(HeaderName name, int from) {
    int hash = name.hash();
    for (int slot = from; slot < slots; slot++) {
      if (index[slot * STRIDE + HASH] == hash && matches(name, slot)) {
        return slot;
      }
    }
    return -1;
  }

  @SuppressWarnings(
      "ReferenceEquality") // interned names are one object; the bytes decide otherwise
  private boolean matches(HeaderName name, int slot) {
    int length = index[slot * STRIDE + NAME_LENGTH];
    if (length == REMOVED) {
      return false;
    }
    if (names[slot] == name) {
      return true;
    }
    int offset = index[slot * STRIDE + NAME_OFFSET];
    return Arrays.equals(name.bytes(), 0, name.length(), data, offset, offset + length);
  }

  public boolean contains(HeaderName name) {
    return find(name) >= 0;
  }

  /** The first value of this name as text, or null. Makes a String: not for the common path. */
  public @Nullable String value(HeaderName name) {
    int slot = find(name);
    return slot < 0 ? null : value(slot);
  }

  public String value(int slot) {
    return new String(data, valueOffset(slot), valueLength(slot), StandardCharsets.ISO_8859_1);
  }

  public String nameText(int slot) {
    HeaderName known = names[slot];
    return known != null
        ? known.text()
        : new String(data, nameOffset(slot), nameLength(slot), StandardCharsets.ISO_8859_1);
  }

  /** Whether the slot's value is these bytes. */
  public boolean valueEquals(int slot, byte[] expected) {
    int offset = valueOffset(slot);
    return Arrays.equals(data, offset, offset + valueLength(slot), expected, 0, expected.length);
  }

  /** Whether the slot's value is these lower-case ASCII bytes, in any case. */
  public boolean valueEqualsIgnoreCase(int slot, byte[] lowerCase) {
    int length = valueLength(slot);
    if (length != lowerCase.length) {
      return false;
    }
    int offset = valueOffset(slot);
    for (int i = 0; i < length; i++) {
      int b = data[offset + i];
      if (b >= 'A' && b <= 'Z') {
        b += 'a' - 'A';
      }
      if (b != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }

  // ---- changing ----

  /** Replaces all values of this name by one, in the place of the first. */
  public void set(HeaderName name, byte[] source, int offset, int length) {
    int slot = find(name);
    if (slot < 0) {
      add(name, source, offset, length);
      return;
    }
    setValue(slot, source, offset, length);
    for (int more = next(name, slot); more >= 0; more = next(name, more)) {
      removeSlot(more);
    }
  }

  public void set(HeaderName name, byte[] value) {
    set(name, value, 0, value.length);
  }

  public void set(HeaderName name, String value) {
    set(name, value.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Replaces the value of one slot. */
  public void setValue(int slot, byte[] source, int offset, int length) {
    int base = slot * STRIDE;
    if (length == index[base + VALUE_LENGTH]) {
      System.arraycopy(source, offset, data, index[base + VALUE_OFFSET], length);
      return;
    }
    int nameLength = index[base + NAME_LENGTH];
    int at = lay(data, index[base + NAME_OFFSET], nameLength, source, offset, length);
    index[base + NAME_OFFSET] = at;
    index[base + VALUE_OFFSET] = at + nameLength + 2;
    index[base + VALUE_LENGTH] = length;
  }

  /** Removes all headers of this name; tells whether there was one. */
  public boolean remove(HeaderName name) {
    boolean found = false;
    for (int slot = find(name); slot >= 0; slot = next(name, slot)) {
      removeSlot(slot);
      found = true;
    }
    return found;
  }

  public void removeSlot(int slot) {
    if (isLive(slot)) {
      index[slot * STRIDE + NAME_LENGTH] = REMOVED;
      live--;
    }
  }

  /** One header a line, as {@code name: value}; for logs and tests. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    for (int slot = 0; slot < slots; slot++) {
      if (isLive(slot)) {
        out.append(nameText(slot)).append(": ").append(value(slot)).append('\n');
      }
    }
    return out.toString();
  }
}
