package io.outrigger.proxy.http2;

import org.jspecify.annotations.Nullable;

/**
 * The ids of the streams that we reset last: what still comes for them is no mistake of the peer's.
 */
final class ResetMemory {
  private static final int REMEMBERED = 256;

  private int @Nullable [] ids;
  private int count;

  void add(int streamId) {
    int[] memory = ids;
    if (memory == null) {
      memory = new int[REMEMBERED];
      ids = memory;
    }
    memory[count++ & (REMEMBERED - 1)] = streamId;
  }

  boolean contains(int streamId) {
    if (ids != null) {
      for (int id : ids) {
        if (id == streamId) {
          return true;
        }
      }
    }
    return false;
  }
}
