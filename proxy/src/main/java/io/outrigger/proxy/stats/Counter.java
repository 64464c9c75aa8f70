package io.outrigger.proxy.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A number that only grows; each worker adds to a cell of its own, and a read sums the cells. */
public final class Counter {
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  /** Longs between two cells, so that two workers' cells are never in one cache line. */
  static final int PAD = 8;

  private final String name;
  private final long[] cells;

  /**
   * What the cells held at the last reset: cells belong to their workers, so a reset only notes.
   */
  private volatile long forgotten;

  Counter(String name, int cells) {
    this.name = name;
    this.cells = new long[(cells - 1) * PAD + 1];
  }

  /** Envoy's dotted name. */
  public String name() {
    return name;
  }

  /** Adds one, on the thread that owns the cell ({@code worker.index()}). */
  public void inc(int cell) {
    add(cell, 1);
  }

  public void add(int cell, long amount) {
    int at = cell * PAD;
    // plain read, opaque write: the one writer needs no ordering, readers need no tearing
    CELL.setOpaque(cells, at, cells[at] + amount);
  }

  public long value() {
    return sum() - forgotten;
  }

  /** Whether it ever counted, as {@code ?usedonly} asks. */
  public boolean used() {
    return sum() != 0;
  }

  /** Counts from zero again; any thread. */
  void reset() {
    forgotten = sum();
  }

  /** What it counted since the start, whatever was reset. */
  public long total() {
    return sum();
  }

  private long sum() {
    long sum = 0;
    for (int at = 0; at < cells.length; at += PAD) {
      sum += (long) CELL.getOpaque(cells, at);
    }
    return sum;
  }
}
