package io.outrigger.proxy.pool;

import org.jspecify.annotations.Nullable;

/** Streams that wait, first come first served; any of them can leave. */
final class PendingQueue {
  private @Nullable PendingStream first;
  private @Nullable PendingStream last;
  private int size;

  int size() {
    return size;
  }

  void add(PendingStream stream) {
    stream.queued = true;
    stream.previous = last;
    if (last != null) {
      last.following = stream;
    } else {
      first = stream;
    }
    last = stream;
    size++;
  }

  @Nullable PendingStream poll() {
    PendingStream head = first;
    if (head != null) {
      remove(head);
    }
    return head;
  }

  void remove(PendingStream stream) {
    PendingStream before = stream.previous;
    PendingStream after = stream.following;
    if (before != null) {
      before.following = after;
    } else {
      first = after;
    }
    if (after != null) {
      after.previous = before;
    } else {
      last = before;
    }
    stream.previous = null;
    stream.following = null;
    stream.queued = false;
    size--;
  }
}
