package io.outrigger.proxy.http2.hpack;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Encodes header blocks (RFC 7541) from {@link Headers}, strings without Huffman code.
 *
 * <p>Entries of the dynamic table are found through chains by the name's hash. A name whose values
 * never repeat stops being indexed, so that it doesn't drive out those that do.
 */
public final class HpackEncoder {
  private static final int BUCKETS = 64;
  private static final int LONGEST_WALK = 16;

  /** After so many values that were added and not met again, a name's values are not added. */
  private static final int HOPELESS = 8;

  /** After so many more, it gets another chance. */
  private static final int AGAIN = 120;

  private static final byte[] TRAILERS = {'t', 'r', 'a', 'i', 'l', 'e', 'r', 's'};

  private final DynamicTable table;
  private final int limit;

  /** By bucket: one more than the number of the newest entry. */
  private final int[] newest = new int[BUCKETS];

  private final byte[] misses = new byte[BUCKETS];
  private int announced = -1;
  private int lowest = Integer.MAX_VALUE;

  /** An encoder that uses at most so many bytes of table, whatever the peer allows. */
  public HpackEncoder(int limit) {
    this.limit = limit;
    this.table = new DynamicTable(Math.min(limit, 4096));
  }

  /** The peer's SETTINGS_HEADER_TABLE_SIZE; the next block tells that we follow. */
  public void peerTableSize(int size) {
    int use = Math.min(size, limit);
    if (use == table.maxSize() && announced < 0) {
      return;
    }
    lowest = Math.min(lowest, use);
    announced = use;
    table.resize(use);
  }

  /** The most bytes that {@link #encode} writes for this block. */
  public static int bound(Headers headers) {
    int sum = 16;
    for (int slot = 0, slots = headers.slots(); slot < slots; slot++) {
      if (headers.isLive(slot)) {
        sum += headers.nameLength(slot) + headers.valueLength(slot) + 16;
      }
    }
    return sum;
  }

  /**
   * Writes the block; the array has room for {@link #bound}. Returns the offset behind it.
   * Pseudo-headers come first whatever their place (RFC 9113 section 8.3), and what belongs to
   * HTTP/1 alone is left out.
   */
  public int encode(Headers headers, byte[] out, int offset) {
    int at = announced < 0 ? offset : announceSize(out, offset);
    int slots = headers.slots();
    byte[] data = headers.data();
    int regular = 0;
    for (int slot = 0; slot < slots; slot++) {
      if (!headers.isLive(slot)) {
        continue;
      }
      if (data[headers.nameOffset(slot)] != ':') {
        regular++;
      } else {
        at = field(headers, slot, out, at);
      }
    }
    for (int slot = 0; regular > 0; slot++) {
      if (headers.isLive(slot) && data[headers.nameOffset(slot)] != ':') {
        regular--;
        at = field(headers, slot, out, at);
      }
    }
    return at;
  }

  private int announceSize(byte[] out, int offset) {
    int at = offset;
    if (lowest < announced) {
      at = integer(out, at, 0x20, 0x1f, lowest);
    }
    at = integer(out, at, 0x20, 0x1f, announced);
    announced = -1;
    lowest = Integer.MAX_VALUE;
    return at;
  }

  private int field(Headers headers, int slot, byte[] out, int at) {
    HeaderName name = headers.name(slot);
    byte policy = IndexingPolicy.of(name);
    if (policy == IndexingPolicy.OMIT
        || policy == IndexingPolicy.TRAILERS_ONLY && !headers.valueEquals(slot, TRAILERS)) {
      return at;
    }
    if (name != null) {
      int index =
          StaticTable.find(
              name, headers.data(), headers.valueOffset(slot), headers.valueLength(slot));
      if (index != 0) {
        return integer(out, at, 0x80, 0x7f, index);
      }
    }
    if (headers.isNeverIndexed(slot)) {
      policy = IndexingPolicy.NEVER;
    }
    return switch (policy) {
      case IndexingPolicy.NEVER ->
          literal(headers, slot, out, at, 0x10, 0x0f, nameIndex(headers, slot, name));
      case IndexingPolicy.LITERAL -> rarelyRepeated(headers, slot, name, out, at);
      default -> indexable(headers, slot, name, out, at);
    };
  }

  /** The index of an entry with this name, the static table first; 0 for none. */
  private int nameIndex(Headers headers, int slot, @Nullable HeaderName name) {
    if (name != null && name.hpackIndex() != 0) {
      return name.hpackIndex();
    }
    int entry = findName(headers, slot);
    return entry < 0 ? 0 : dynamicIndex(entry);
  }

  private int dynamicIndex(int entry) {
    return StaticTable.LENGTH + table.next() - entry;
  }

  private int rarelyRepeated(
      Headers headers, int slot, @Nullable HeaderName name, byte[] out, int at) {
    int index = nameIndex(headers, slot, name);
    if (index == 0 && fits(headers, slot)) {
      // once, so that the name is there from now on
      return addingLiteral(headers, slot, out, at, 0);
    }
    return literal(headers, slot, out, at, 0, 0x0f, index);
  }

  private int indexable(Headers headers, int slot, @Nullable HeaderName name, byte[] out, int at) {
    int bucket = headers.nameHash(slot) & (BUCKETS - 1);
    int sameName = -1;
    int steps = 0;
    for (int entry = newest[bucket] - 1;
        entry - table.first() >= 0 && steps < LONGEST_WALK;
        entry = table.tag(entry) - 1, steps++) {
      if (!table.nameEquals(entry, headers, slot)) {
        continue;
      }
      if (table.valueEquals(entry, headers, slot)) {
        misses[bucket] = 0;
        return integer(out, at, 0x80, 0x7f, dynamicIndex(entry));
      }
      if (sameName < 0) {
        sameName = entry;
      }
    }
    int index =
        name != null && name.hpackIndex() != 0
            ? name.hpackIndex()
            : sameName < 0 ? 0 : dynamicIndex(sameName);
    if (!fits(headers, slot)) {
      return literal(headers, slot, out, at, 0, 0x0f, index);
    }
    if (misses[bucket]++ >= HOPELESS && index != 0) {
      if (misses[bucket] >= AGAIN) {
        misses[bucket] = HOPELESS - 1;
      }
      return literal(headers, slot, out, at, 0, 0x0f, index);
    }
    return addingLiteral(headers, slot, out, at, index);
  }

  /** Whether the header takes no more than half of the table. */
  private boolean fits(Headers headers, int slot) {
    return headers.nameLength(slot) + headers.valueLength(slot) + DynamicTable.OVERHEAD
        <= table.maxSize() / 2;
  }

  private int findName(Headers headers, int slot) {
    int steps = 0;
    for (int entry = newest[headers.nameHash(slot) & (BUCKETS - 1)] - 1;
        entry - table.first() >= 0 && steps < LONGEST_WALK;
        entry = table.tag(entry) - 1, steps++) {
      if (table.nameEquals(entry, headers, slot)) {
        return entry;
      }
    }
    return -1;
  }

  private int addingLiteral(Headers headers, int slot, byte[] out, int at, int index) {
    int end = literal(headers, slot, out, at, 0x40, 0x3f, index);
    int bucket = headers.nameHash(slot) & (BUCKETS - 1);
    if (table.add(headers, slot, newest[bucket])) {
      newest[bucket] = table.next();
    }
    return end;
  }

  private static int literal(
      Headers headers, int slot, byte[] out, int offset, int kind, int prefix, int nameIndex) {
    int at = integer(out, offset, kind, prefix, nameIndex);
    byte[] data = headers.data();
    if (nameIndex == 0) {
      int length = headers.nameLength(slot);
      at = integer(out, at, 0, 0x7f, length);
      System.arraycopy(data, headers.nameOffset(slot), out, at, length);
      at += length;
    }
    int length = headers.valueLength(slot);
    at = integer(out, at, 0, 0x7f, length);
    System.arraycopy(data, headers.valueOffset(slot), out, at, length);
    return at + length;
  }

  private static int integer(byte[] out, int offset, int kind, int prefix, int value) {
    if (value < prefix) {
      out[offset] = (byte) (kind | value);
      return offset + 1;
    }
    out[offset] = (byte) (kind | prefix);
    int at = offset + 1;
    int rest = value - prefix;
    while (rest >= 0x80) {
      out[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[at++] = (byte) rest;
    return at;
  }
}
