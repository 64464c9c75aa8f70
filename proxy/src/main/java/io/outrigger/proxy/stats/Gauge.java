package io.outrigger.proxy.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A number that goes up and down; each worker keeps its part in a cell, and a read sums the cells.
 */
public final class Gauge {
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  private final String name;
  private final long[] cells;
  private boolean used;

  /** What another process of this proxy's still has; see hot restart. */
  private volatile long imported;

  Gauge(String name, int cells) {
    this.name = name;
    this.cells = new long[(cells - 1) * Counter.PAD + 1];
  }

  /** Envoy's dotted name. */
  public String name() {
    return name;
  }

  public void inc(int cell) {
    add(cell, 1);
  }

  public void dec(int cell) {
    add(cell, -1);
  }

  public void add(int cell, long amount) {
    int at = cell * Counter.PAD;
    CELL.setOpaque(cells, at, cells[at] + amount);
    markUsed();
  }

  /** Sets this cell's part; for gauges that one thread alone writes, with cell 0. */
  public void set(int cell, long value) {
    CELL.setOpaque(cells, cell * Counter.PAD, value);
    markUsed();
  }

  private void markUsed() {
    if (!used) {
      used = true; // written once, so that the line stays shared between workers' caches
    }
  }

  /** Whether it was ever written to, as {@code ?usedonly} asks. */
  public boolean used() {
    return used;
  }

  public long value() {
    return imported + own();
  }

  /** Adds what another process counts to what is shown; replaces what was added before. */
  public void imported(long value) {
    imported = value;
    markUsed();
  }

  /** What this process counts. */
  public long own() {
    long sum = 0;
    for (int at = 0; at < cells.length; at += Counter.PAD) {
      sum += (long) CELL.getOpaque(cells, at);
    }
    return sum;
  }
}
