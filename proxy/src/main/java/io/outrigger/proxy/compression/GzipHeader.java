package io.outrigger.proxy.compression;

import io.netty.buffer.ByteBuf;

/** Reads the head of a gzip member (RFC 1952 2.3), which may come in parts, and forgets it. */
final class GzipHeader {
  private static final int FIXED = 10;
  private static final int CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private int at;
  private int flags;
  private int left;
  private int extra;
  private boolean whole;

  boolean isWhole() {
    return whole;
  }

  /** Takes what belongs to the head; false when it is none of gzip's. */
  boolean read(ByteBuf data) {
    while (!whole && data.isReadable()) {
      int b = data.readUnsignedByte();
      if (at < FIXED) {
        if (!isRight(at, b)) {
          return false;
        }
        at++;
      } else {
        optional(b);
      }
      whole = at >= FIXED && flags == 0;
    }
    return true;
  }

  private boolean isRight(int index, int b) {
    return switch (index) {
      case 0 -> b == 0x1f;
      case 1 -> b == 0x8b;
      case 2 -> b == 8;
      case 3 -> {
        flags = b & ~1; // bit 0 only says that it may be text
        yield (b & RESERVED) == 0;
      }
      default -> true;
    };
  }

  /** A byte of the parts that flags announce, in their order; a part's flag falls at its end. */
  private void optional(int b) {
    if ((flags & EXTRA) != 0) {
      extra(b);
    } else if ((flags & NAME) != 0) {
      flags &= b == 0 ? ~NAME : ~0;
    } else if ((flags & COMMENT) != 0) {
      flags &= b == 0 ? ~COMMENT : ~0;
    } else if (++left == 2) {
      flags &= ~CHECKSUM;
    }
  }

  private void extra(int b) {
    if (left < 2) {
      extra |= b << 8 * left++;
    } else {
      extra--;
    }
    if (left == 2 && extra == 0) {
      flags &= ~EXTRA;
      left = 0;
    }
  }
}
