package io.outrigger.proxy.http2.hpack;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Decodes header blocks (RFC 7541) into {@link Headers}, piece by piece as frames arrive.
 *
 * <p>Limits hold while the block arrives: past them fields are no longer kept, only the dynamic
 * table is. Names and values are checked once, when a literal is read; an entry of the table
 * remembers what was found.
 */
public final class HpackDecoder {
  private static final int INCOMPLETE = -1;
  private static final int BAD = -2;

  private final DynamicTable table;
  private final int tableLimit;
  private final Headers discarded = new Headers(64, 4);
  private Headers target = discarded;
  private int maxCount;
  private int maxBytes;
  private int count;
  private int bytes;
  private boolean sizeUpdateAllowed;
  private boolean overflowed;
  private int found;
  private @Nullable String error;

  /** Where the last integer ended. */
  private int position;

  /** A decoder whose peer may use a dynamic table of so many bytes. */
  public HpackDecoder(int tableLimit) {
    this.tableLimit = tableLimit;
    this.table = new DynamicTable(tableLimit);
  }

  /**
   * Begins a block. Fields go to {@code headers} until there are more than {@code maxCount}, or
   * more than {@code maxBytes} of names and values.
   */
  public void begin(Headers headers, int maxCount, int maxBytes) {
    this.target = headers;
    this.maxCount = maxCount;
    this.maxBytes = maxBytes;
    count = 0;
    bytes = 0;
    found = 0;
    overflowed = false;
    sizeUpdateAllowed = true;
  }

  /**
   * Decodes the whole fields between two offsets. Returns the offset of the first byte that was not
   * used, where a field goes on in the next frame; or -1 for a {@link #error}, which ends the
   * connection (COMPRESSION_ERROR).
   */
  public int decode(byte[] source, int from, int to) {
    int at = from;
    while (at < to) {
      int b = source[at];
      int end;
      if (b < 0) {
        end = indexed(source, at, to);
      } else if ((b & 0x40) != 0) {
        end = literal(source, at, to, 0x3f, true);
      } else if ((b & 0x20) != 0) {
        end = sizeUpdate(source, at, to);
      } else {
        end = literal(source, at, to, 0x0f, false);
      }
      if (end < 0) {
        return end == INCOMPLETE ? at : -1;
      }
      at = end;
    }
    return at;
  }

  /** What was wrong with the compression; after {@link #decode} returned -1. */
  public @Nullable String error() {
    return error;
  }

  /** Whether the block had more fields or bytes than allowed. */
  public boolean overflowed() {
    return overflowed;
  }

  /** Whether the overflow was one of the count, not of the bytes. */
  public boolean tooMany() {
    return count > maxCount;
  }

  /** Whether a name or value had bytes that are not allowed. */
  public boolean invalid() {
    return (found & FieldRules.INVALID) != 0;
  }

  /** Whether a name had an underscore. */
  public boolean underscores() {
    return (found & FieldRules.UNDERSCORE) != 0;
  }

  /** Fields seen in this block so far. */
  public int count() {
    return count;
  }

  private int bad(String what) {
    error = what;
    return BAD;
  }

  private int indexed(byte[] source, int at, int to) {
    int index = integer(source, at, to, 0x7f);
    if (index < 0) {
      return index;
    }
    if (index == 0 || index > StaticTable.LENGTH + table.length()) {
      return bad("header index " + index + " is in no table");
    }
    sizeUpdateAllowed = false;
    if (index <= StaticTable.LENGTH) {
      HeaderName name = StaticTable.name(index);
      byte[] value = StaticTable.value(index);
      if (counts(name.length(), value.length)) {
        target.add(name, value);
      }
      return position;
    }
    int entry = table.next() - (index - StaticTable.LENGTH);
    found |= table.tag(entry);
    if (counts(table.nameLength(entry), table.valueLength(entry))) {
      target.add(
          table.name(entry),
          table.nameHash(entry),
          table.data(),
          table.nameOffset(entry),
          table.nameLength(entry),
          table.valueOffset(entry),
          table.valueLength(entry));
    }
    return position;
  }

  /** Counts a field against the limits; whether it may still be kept. */
  private boolean counts(int nameLength, int valueLength) {
    count++;
    bytes += nameLength + valueLength;
    if (count > maxCount || bytes > maxBytes) {
      overflowed = true;
    }
    return !overflowed;
  }

  private int sizeUpdate(byte[] source, int at, int to) {
    int size = integer(source, at, to, 0x1f);
    if (size < 0) {
      return size;
    }
    if (!sizeUpdateAllowed) {
      return bad("table size update after the first field of a block");
    }
    if (size > tableLimit) {
      return bad("table size update to " + size + " is above " + tableLimit);
    }
    table.resize(size);
    return position;
  }

  /** A literal field: first find its whole extent, then decode, so that nothing is undone. */
  private int literal(byte[] source, int at, int to, int prefix, boolean index) {
    boolean neverIndexed = !index && (source[at] & 0x10) != 0;
    int nameIndex = integer(source, at, to, prefix);
    if (nameIndex < 0) {
      return nameIndex;
    }
    if (nameIndex > StaticTable.LENGTH + table.length()) {
      return bad("header name index " + nameIndex + " is in no table");
    }
    int nameAt = position;
    int nameLength = 0;
    boolean nameCoded = false;
    if (nameIndex == 0) {
      if (nameAt >= to) {
        return INCOMPLETE;
      }
      nameCoded = source[nameAt] < 0;
      nameLength = integer(source, nameAt, to, 0x7f);
      if (nameLength < 0) {
        return nameLength;
      }
      nameAt = position;
    }
    int valueAt = nameAt + nameLength;
    if (valueAt < 0 || valueAt >= to) {
      return INCOMPLETE;
    }
    boolean valueCoded = source[valueAt] < 0;
    int valueLength = integer(source, valueAt, to, 0x7f);
    if (valueLength < 0) {
      return valueLength;
    }
    valueAt = position;
    int end = valueAt + valueLength;
    if (end < 0 || end > to) {
      return INCOMPLETE;
    }
    sizeUpdateAllowed = false;
    Headers into = overflowed ? discarded : target;
    int tag = 0;
    HeaderName known = null;
    int nameFrom = 0;
    int nameHash = 0;
    if (nameIndex == 0) {
      nameFrom = into.reserve(0);
      nameLength = string(into, source, nameAt, nameLength, nameCoded);
      if (nameLength < 0) {
        return bad("Huffman code of a header name is broken");
      }
      tag = FieldRules.checkName(into.data(), nameFrom, nameLength);
      nameHash = HeaderName.hash(into.data(), nameFrom, nameLength);
      known = HeaderName.find(into.data(), nameFrom, nameLength, nameHash);
    } else if (nameIndex <= StaticTable.LENGTH) {
      known = StaticTable.name(nameIndex);
      nameLength = known.length();
      nameFrom = into.append(known.bytes(), 0, nameLength);
      nameHash = known.hash();
    } else {
      int entry = table.next() - (nameIndex - StaticTable.LENGTH);
      known = table.name(entry);
      nameLength = table.nameLength(entry);
      nameFrom = into.append(table.data(), table.nameOffset(entry), nameLength);
      nameHash = table.nameHash(entry);
      tag = FieldRules.checkName(into.data(), nameFrom, nameLength);
    }
    int valueFrom = into.reserve(0);
    int length = string(into, source, valueAt, valueLength, valueCoded);
    if (length < 0) {
      return bad("Huffman code of a header value is broken");
    }
    tag |= FieldRules.checkValue(into.data(), valueFrom, length);
    found |= tag;
    into.addInPlace(known, nameHash, nameFrom, nameLength, valueFrom, length);
    int slot = into.slots() - 1;
    if (neverIndexed) {
      into.setNeverIndexed(slot);
    }
    if (index) {
      table.add(into, slot, tag);
    }
    if (!counts(nameLength, length) || into == discarded) {
      discarded.clear();
    }
    return end;
  }

  /** Decodes a string to the end of a block's bytes; returns its length, or -1. */
  private static int string(Headers into, byte[] source, int at, int length, boolean coded) {
    if (!coded) {
      into.append(source, at, length);
      return length;
    }
    int offset = into.reserve(Huffman.decodedBound(length));
    int decoded = Huffman.decode(source, at, length, into.data(), offset);
    if (decoded > 0) {
      into.commit(decoded);
    }
    return decoded;
  }

  /**
   * Reads an integer (RFC 7541 section 5.1) and sets {@link #position} behind it. More than 28 bits
   * are taken for an attack.
   */
  private int integer(byte[] source, int at, int to, int prefix) {
    int value = source[at] & prefix;
    int next = at + 1;
    if (value < prefix) {
      position = next;
      return value;
    }
    for (int shift = 0; shift <= 21; shift += 7) {
      if (next >= to) {
        return INCOMPLETE;
      }
      int b = source[next++];
      value += (b & 0x7f) << shift;
      if (b >= 0) {
        position = next;
        return value;
      }
    }
    return bad("an integer has more than 28 bits");
  }
}
