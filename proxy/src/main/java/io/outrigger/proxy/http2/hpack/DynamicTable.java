package io.outrigger.proxy.http2.hpack;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * HPACK's dynamic table (RFC 7541 section 2.3.2): entries in one byte array, oldest first.
 *
 * <p>Entries are numbered from the connection's first on; the number in HPACK's sense counts from
 * the newest. Bytes are appended, and moved to the front when the end of the array is reached.
 */
final class DynamicTable {
  /** What an entry counts beyond its bytes (RFC 7541 section 4.1). */
  static final int OVERHEAD = 32;

  private static final int STRIDE = 5;
  private static final int OFFSET = 0;
  private static final int NAME_LENGTH = 1;
  private static final int VALUE_LENGTH = 2;
  private static final int HASH = 3;
  private static final int TAG = 4;

  private byte[] data = new byte[512];
  private int head;
  private int tail;
  private int[] entries = new int[16 * STRIDE];
  private @Nullable HeaderName[] names = new @Nullable HeaderName[16];
  private int first;
  private int next;
  private int size;
  private int maxSize;

  DynamicTable(int maxSize) {
    this.maxSize = maxSize;
  }

  int length() {
    return next - first;
  }

  int size() {
    return size;
  }

  int maxSize() {
    return maxSize;
  }

  /** Number of the oldest entry; those below are evicted. */
  int first() {
    return first;
  }

  /** The number that the next entry gets. */
  int next() {
    return next;
  }

  void resize(int newMaxSize) {
    maxSize = newMaxSize;
    evict(0);
  }

  private void evict(int room) {
    while (first != next && size + room > maxSize) {
      int base = base(first);
      int bytes = entries[base + NAME_LENGTH] + entries[base + VALUE_LENGTH];
      head += bytes;
      size -= bytes + OVERHEAD;
      names[first & (names.length - 1)] = null;
      first++;
    }
    if (first == next) {
      head = 0;
      tail = 0;
    }
  }

  /**
   * Adds the header of a slot with a tag of the owner's. An entry larger than the table empties it
   * and is not added (RFC 7541 section 4.4); then false.
   */
  boolean add(Headers headers, int slot, int tag) {
    int nameLength = headers.nameLength(slot);
    int valueLength = headers.valueLength(slot);
    int needed = nameLength + valueLength + OVERHEAD;
    if (needed > maxSize) {
      evict(maxSize + 1);
      return false;
    }
    evict(needed);
    if (length() == names.length) {
      growEntries();
    }
    makeRoom(nameLength + valueLength);
    System.arraycopy(headers.data(), headers.nameOffset(slot), data, tail, nameLength);
    System.arraycopy(
        headers.data(), headers.valueOffset(slot), data, tail + nameLength, valueLength);
    int base = base(next);
    entries[base + OFFSET] = tail;
    entries[base + NAME_LENGTH] = nameLength;
    entries[base + VALUE_LENGTH] = valueLength;
    entries[base + HASH] = headers.nameHash(slot);
    entries[base + TAG] = tag;
    names[next & (names.length - 1)] = headers.name(slot);
    tail += nameLength + valueLength;
    size += needed;
    next++;
    return true;
  }

  private void makeRoom(int bytes) {
    if (data.length - tail >= bytes) {
      return;
    }
    int live = tail - head;
    byte[] target = data;
    if (live + bytes > data.length / 2) {
      target = new byte[Math.max(data.length * 2, (live + bytes) * 2)];
    }
    System.arraycopy(data, head, target, 0, live);
    data = target;
    for (int entry = first; entry != next; entry++) {
      entries[base(entry) + OFFSET] -= head;
    }
    tail = live;
    head = 0;
  }

  private void growEntries() {
    int capacity = names.length * 2;
    int[] grown = new int[capacity * STRIDE];
    @Nullable HeaderName[] grownNames = new @Nullable HeaderName[capacity];
    for (int entry = first; entry != next; entry++) {
      int slot = entry & (capacity - 1);
      System.arraycopy(entries, base(entry), grown, slot * STRIDE, STRIDE);
      grownNames[slot] = names[entry & (names.length - 1)];
    }
    entries = grown;
    names = grownNames;
  }

  private int base(int entry) {
    return (entry & (names.length - 1)) * STRIDE;
  }

  byte[] data() {
    return data;
  }

  int nameOffset(int entry) {
    return entries[base(entry) + OFFSET];
  }

  int nameLength(int entry) {
    return entries[base(entry) + NAME_LENGTH];
  }

  int valueOffset(int entry) {
    int base = base(entry);
    return entries[base + OFFSET] + entries[base + NAME_LENGTH];
  }

  int valueLength(int entry) {
    return entries[base(entry) + VALUE_LENGTH];
  }

  int nameHash(int entry) {
    return entries[base(entry) + HASH];
  }

  int tag(int entry) {
    return entries[base(entry) + TAG];
  }

  @Nullable HeaderName name(int entry) {
    return names[entry & (names.length - 1)];
  }

  boolean nameEquals(int entry, Headers headers, int slot) {
    int base = base(entry);
    int length = headers.nameLength(slot);
    if (entries[base + HASH] != headers.nameHash(slot) || entries[base + NAME_LENGTH] != length) {
      return false;
    }
    int from = entries[base + OFFSET];
    int other = headers.nameOffset(slot);
    return Arrays.equals(data, from, from + length, headers.data(), other, other + length);
  }

  boolean valueEquals(int entry, Headers headers, int slot) {
    int length = headers.valueLength(slot);
    if (valueLength(entry) != length) {
      return false;
    }
    int from = valueOffset(entry);
    int other = headers.valueOffset(slot);
    return Arrays.equals(data, from, from + length, headers.data(), other, other + length);
  }
}
