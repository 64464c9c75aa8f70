package io.outrigger.proxy.tls;

import java.util.Arrays;

/**
 * Reads what DER (X.690) nests, in order; an {@code IllegalArgumentException} says what is wrong.
 */
final class DerReader {
  private final byte[] bytes;
  private final int end;
  private int at;

  DerReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private DerReader(byte[] bytes, int at, int end) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  boolean hasMore() {
    return at < end;
  }

  /** Whether the next element has this tag. */
  boolean is(int tag) {
    return hasMore() && (bytes[at] & 0xff) == tag;
  }

  /** What the next element holds, which must have this tag. */
  DerReader sub(int tag) {
    if (!is(tag)) {
      throw new IllegalArgumentException(
          "byte "
              + at
              + (hasMore() ? " is " + (bytes[at] & 0xff) : " is past the end")
              + ", the tag "
              + tag
              + " is needed");
    }
    return next();
  }

  byte[] bytes(int tag) {
    DerReader content = sub(tag);
    return Arrays.copyOfRange(bytes, content.at, content.end);
  }

  void skip() {
    next();
  }

  void skipIf(int tag) {
    if (is(tag)) {
      next();
    }
  }

  private DerReader next() {
    int place = at;
    if (end - at < 2) {
      throw new IllegalArgumentException("it ends at byte " + end);
    }
    at++;
    int length = bytes[at++] & 0xff;
    if (length >= 0x80) {
      int count = length & 0x7f;
      if (count == 0 || count > 3 || end - at < count) {
        throw new IllegalArgumentException("byte " + place + " has a length that can't be");
      }
      length = 0;
      for (int i = 0; i < count; i++) {
        length = length << 8 | bytes[at++] & 0xff;
      }
    }
    if (length > end - at) {
      throw new IllegalArgumentException("byte " + place + " has a length that can't be");
    }
    DerReader content = new DerReader(bytes, at, at + length);
    at += length;
    return content;
  }
}
