package io.outrigger.proxy.stats;

import org.jspecify.annotations.Nullable;

/**
 * A distribution of whole numbers, kept as counts by two significant decimal digits.
 *
 * <p>The bins are those of Envoy's histograms: 90 a decade, so a value is known within 10 % at
 * worst, 1 % at best. Each worker counts into bins of its own, that are made when a decade is first
 * met; nothing is allocated after that. Reading merges the workers' bins.
 */
public final class Histogram {
  /** What the recorded numbers are, which decides how pages print them. */
  public enum Unit {
    MILLISECONDS,
    BYTES,
    /** Shares, which are recorded as millionths. */
    PERCENT,
    UNSPECIFIED;

    double parts() {
      return this == PERCENT ? 1e6 : 1;
    }
  }

  static final int DECADES = 19;
  static final int BINS = 90;

  private final String name;
  private final Unit unit;
  private final Part[] parts;

  /** Counts as of the last flush but one and the last: what is between them is the interval. */
  private @Nullable HistogramCounts flushed;

  private @Nullable HistogramCounts interval;

  Histogram(String name, Unit unit, int cells) {
    this.name = name;
    this.unit = unit;
    this.parts = new Part[cells];
    for (int i = 0; i < cells; i++) {
      parts[i] = new Part();
    }
  }

  /** Envoy's dotted name. */
  public String name() {
    return name;
  }

  public Unit unit() {
    return unit;
  }

  /**
   * Counts one value, on the thread that owns the cell ({@code worker.index()}). A negative value,
   * that only a clock's step can bring, counts as zero.
   */
  public void record(int cell, long value) {
    parts[cell].record(Math.max(0, value));
  }

  /** All that was recorded since the start. */
  public HistogramCounts cumulative() {
    HistogramCounts sum = new HistogramCounts(unit.parts());
    for (Part part : parts) {
      part.addTo(sum);
    }
    return sum;
  }

  /** What was recorded between the last two flushes; empty before the first. */
  public synchronized HistogramCounts interval() {
    return interval == null ? new HistogramCounts(unit.parts()) : interval;
  }

  public boolean used() {
    for (Part part : parts) {
      if (part.recorded != 0) {
        return true;
      }
    }
    return false;
  }

  /** Ends an interval. Called at each stats flush. */
  synchronized void flush() {
    HistogramCounts now = cumulative();
    interval = flushed == null ? now : now.minus(flushed);
    flushed = now;
  }

  private static final class Part {
    private final long[] @Nullable [] decades = new long[DECADES][];
    private long zeros;
    private long recorded;
    private long sum;

    void record(long value) {
      recorded++;
      sum += value;
      if (value == 0) {
        zeros++;
        return;
      }
      int decade = 0;
      long unit = 1;
      while (value / unit >= 10) {
        unit *= 10;
        decade++;
      }
      long[] bins = decades[decade];
      if (bins == null) {
        bins = new long[BINS];
        decades[decade] = bins;
      }
      bins[bin(value, unit)]++;
    }

    /** 0 to 89 for the leading two digits 10 to 99. */
    private static int bin(long value, long unit) {
      return (int) (unit == 1 ? value * 10 : value / (unit / 10)) - 10;
    }

    void addTo(HistogramCounts target) {
      target.add(zeros, sum);
      for (int decade = 0; decade < DECADES; decade++) {
        long[] bins = decades[decade];
        if (bins != null) {
          target.add(decade, bins);
        }
      }
    }
  }
}
