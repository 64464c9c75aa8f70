package io.outrigger.proxy.lb;

/**
 * Earliest deadline first: takes entries by turns, each as often as its weight says.
 *
 * <p>Taking an entry moves its deadline on by the reciprocal of its weight. A binary heap in three
 * arrays; entries are numbers. Equal deadlines go by the order they were put in.
 */
final class EdfSchedule {
  private final double[] deadlines;
  private final long[] orders;
  private final int[] entries;
  private int size;
  private double now;
  private long order;

  EdfSchedule(int capacity) {
    deadlines = new double[capacity];
    orders = new long[capacity];
    entries = new int[capacity];
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Adds an entry that isn't there yet. The weight is above zero. */
  void add(int entry, double weight) {
    int at = size++;
    deadlines[at] = now + 1 / weight;
    orders[at] = order++;
    entries[at] = entry;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!before(at, parent)) {
        break;
      }
      swap(at, parent);
      at = parent;
    }
  }

  /** The entry whose turn it is. */
  int peek() {
    return entries[0];
  }

  /** Ends that entry's turn; its next comes as this weight says. */
  void advance(double weight) {
    now = deadlines[0];
    deadlines[0] = now + 1 / weight;
    orders[0] = order++;
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        return;
      }
      if (child + 1 < size && before(child + 1, child)) {
        child++;
      }
      if (!before(child, at)) {
        return;
      }
      swap(child, at);
      at = child;
    }
  }

  private boolean before(int a, int b) {
    return deadlines[a] < deadlines[b] || (deadlines[a] == deadlines[b] && orders[a] < orders[b]);
  }

  private void swap(int a, int b) {
    double deadline = deadlines[a];
    deadlines[a] = deadlines[b];
    deadlines[b] = deadline;
    long o = orders[a];
    orders[a] = orders[b];
    orders[b] = o;
    int entry = entries[a];
    entries[a] = entries[b];
    entries[b] = entry;
  }
}
