package io.outrigger.proxy.http2;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection's open streams by id: an open-addressed table.
 *
 * <p>Ids of one side come in order. Left so they would lie in one run, to the end of which each
 * removal had to look; multiplied by the golden ratio they lie apart from each other.
 */
final class StreamTable {
  private @Nullable Http2Stream[] slots = new @Nullable Http2Stream[16];
  private int shift = Integer.SIZE - 4;
  private int size;

  int size() {
    return size;
  }

  private int home(int id) {
    return ((id >>> 1) * 0x9E37_79B9) >>> shift;
  }

  @Nullable Http2Stream get(int id) {
    int mask = slots.length - 1;
    int at = home(id);
    for (Http2Stream stream = slots[at]; stream != null; stream = slots[at]) {
      if (stream.id == id) {
        return stream;
      }
      at = (at + 1) & mask;
    }
    return null;
  }

  void add(Http2Stream stream) {
    if (size * 2 >= slots.length) {
      grow();
    }
    place(stream);
    size++;
  }

  private void place(Http2Stream stream) {
    int mask = slots.length - 1;
    int at = home(stream.id);
    while (slots[at] != null) {
      at = (at + 1) & mask;
    }
    slots[at] = stream;
  }

  private void grow() {
    @Nullable Http2Stream[] old = slots;
    slots = new @Nullable Http2Stream[old.length * 2];
    shift--;
    for (Http2Stream stream : old) {
      if (stream != null) {
        place(stream);
      }
    }
  }

  /** Removes a stream and closes the gap, so that no probe ends early. */
  void remove(int id) {
    int mask = slots.length - 1;
    int at = home(id);
    Http2Stream found = slots[at];
    while (found != null && found.id != id) {
      at = (at + 1) & mask;
      found = slots[at];
    }
    if (found == null) {
      return;
    }
    size--;
    int gap = at;
    for (int i = (at + 1) & mask; ; i = (i + 1) & mask) {
      Http2Stream next = slots[i];
      if (next == null) {
        break;
      }
      int home = home(next.id);
      // it may move to the gap unless its home lies between the gap and itself
      if (((i - home) & mask) >= ((i - gap) & mask)) {
        slots[gap] = next;
        gap = i;
      }
    }
    slots[gap] = null;
  }

  /** Calls for each stream there is now; the action may add and remove. */
  void forEach(Consumer<Http2Stream> action) {
    if (size == 0) {
      return;
    }
    Http2Stream[] now = new Http2Stream[size];
    int count = 0;
    for (Http2Stream stream : slots) {
      if (stream != null) {
        now[count++] = stream;
      }
    }
    for (Http2Stream stream : now) {
      action.accept(stream);
    }
  }
}
