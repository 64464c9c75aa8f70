package io.outrigger.config.http;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a message's sender wrote its header names, for {@code preserve_case}: the first way that each
 * was written, by its lower case. Part of a {@link Headers} block, and used again with it.
 */
public final class Spelling {
  private static final int STRIDE = 3;

  private byte[] bytes = new byte[256];
  private int used;
  private int[] index = new int[24 * STRIDE];
  private int count;
  private boolean properCaseElse;
  private byte @Nullable [] reason;

  void begin(boolean otherNamesInProperCase) {
    used = 0;
    count = 0;
    reason = null;
    properCaseElse = otherNamesInProperCase;
  }

  /** Whether names that the sender did not write get capitals: Proper-Case. */
  public boolean properCaseElse() {
    return properCaseElse;
  }

  /** Holds what may be a name, before a decoder puts it in lower case; {@link #keep} follows. */
  public void hold(byte[] source, int start, int end) {
    int length = end - start;
    if (used + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(used + length, bytes.length * 2));
    }
    System.arraycopy(source, start, bytes, used, length);
  }

  /** Keeps the first bytes of what is held as a name, unless that name is known already. */
  public void keep(int hash, int length) {
    if (find(hash, bytes, used, length) >= 0) {
      return;
    }
    if ((count + 1) * STRIDE > index.length) {
      index = Arrays.copyOf(index, index.length * 2);
    }
    index[count * STRIDE] = hash;
    index[count * STRIDE + 1] = used;
    index[count * STRIDE + 2] = length;
    count++;
    used += length;
  }

  /** Where in {@link #bytes} the sender's way of writing this name is, or -1. */
  public int find(int hash, byte[] name, int offset, int length) {
    for (int i = 0; i < count * STRIDE; i += STRIDE) {
      if (index[i] == hash && index[i + 2] == length && same(index[i + 1], name, offset, length)) {
        return index[i + 1];
      }
    }
    return -1;
  }

  private boolean same(int at, byte[] name, int offset, int length) {
    for (int i = 0; i < length; i++) {
      if (lower(bytes[at + i]) != lower(name[offset + i])) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + 32 : b;
  }

  /** What {@link #find} refers to. */
  public byte[] bytes() {
    return bytes;
  }

  /** Keeps a response's reason phrase. */
  public void reason(byte[] source, int start, int end) {
    reason = start < end ? Arrays.copyOfRange(source, start, end) : null;
  }

  /** The reason phrase that is to be passed on, or null. */
  public byte @Nullable [] reason() {
    return reason;
  }
}
