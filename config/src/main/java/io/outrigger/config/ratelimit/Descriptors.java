package io.outrigger.config.ratelimit;

import java.util.ArrayList;
import java.util.List;

/** The descriptors of one request, in the memory of those before. A worker's. */
public final class Descriptors {
  private final List<Descriptor> all = new ArrayList<>(4);
  private int size;

  public void clear() {
    for (int i = 0; i < size; i++) {
      all.get(i).clear();
    }
    size = 0;
  }

  public int size() {
    return size;
  }

  public Descriptor get(int index) {
    return all.get(index);
  }

  /** An empty one at the end. */
  public Descriptor next() {
    if (size == all.size()) {
      all.add(new Descriptor());
    }
    return all.get(size++);
  }

  /** Takes the last back. */
  void drop() {
    all.get(--size).clear();
  }
}
