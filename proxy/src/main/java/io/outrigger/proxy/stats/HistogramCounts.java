package io.outrigger.proxy.stats;

import org.jspecify.annotations.Nullable;

/** Merged counts of a histogram: answers quantiles, buckets, sum and count. Not shared. */
public final class HistogramCounts {
  private final long[] @Nullable [] decades = new long[Histogram.DECADES][];
  private final double parts;
  private long zeros;
  private long count;
  private long sum;

  /** Counts of nothing yet; values were recorded as so many parts of one. */
  HistogramCounts(double parts) {
    this.parts = parts;
  }

  public long count() {
    return count;
  }

  /** Sum of the values themselves. */
  public double sum() {
    return sum / parts;
  }

  void add(long moreZeros, long moreSum) {
    zeros += moreZeros;
    count += moreZeros;
    sum += moreSum;
  }

  void add(int decade, long[] bins) {
    long[] own = decades[decade];
    if (own == null) {
      own = new long[Histogram.BINS];
      decades[decade] = own;
    }
    for (int i = 0; i < bins.length; i++) {
      own[i] += bins[i];
      count += bins[i];
    }
  }

  HistogramCounts minus(HistogramCounts earlier) {
    HistogramCounts result = new HistogramCounts(parts);
    result.add(Math.max(0, zeros - earlier.zeros), sum - earlier.sum);
    for (int decade = 0; decade < Histogram.DECADES; decade++) {
      long[] own = decades[decade];
      if (own == null) {
        continue;
      }
      long[] before = earlier.decades[decade];
      long[] bins = own.clone();
      for (int i = 0; before != null && i < bins.length; i++) {
        bins[i] = Math.max(0, bins[i] - before[i]);
      }
      result.add(decade, bins);
    }
    return result;
  }

  /**
   * The value below which the share {@code quantile} (0 to 1) of all values lies, interpolated
   * within its bin; NaN where nothing was recorded.
   */
  public double quantile(double quantile) {
    if (count == 0) {
      return Double.NaN;
    }
    double target = quantile * count;
    double seen = zeros;
    if (zeros > 0 && target <= seen) {
      return 0;
    }
    double last = 0;
    for (int decade = 0; decade < Histogram.DECADES; decade++) {
      long[] bins = decades[decade];
      if (bins == null) {
        continue;
      }
      for (int i = 0; i < Histogram.BINS; i++) {
        if (bins[i] == 0) {
          continue;
        }
        double low = lower(decade, i);
        double width = width(decade);
        if (seen + bins[i] >= target) {
          return (low + width * Math.max(0, target - seen) / bins[i]) / parts;
        }
        seen += bins[i];
        last = low + width;
      }
    }
    return last / parts;
  }

  /** How many values are at most this, those with them that share its bin, as in Envoy. */
  public long atMost(double value) {
    double bound = value * parts;
    long below = zeros;
    for (int decade = 0; decade < Histogram.DECADES; decade++) {
      long[] bins = decades[decade];
      for (int i = 0; bins != null && i < Histogram.BINS; i++) {
        if (bins[i] != 0 && lower(decade, i) <= bound + 1e-9) {
          below += bins[i];
        }
      }
    }
    return below;
  }

  /** Takes a bin of values. */
  @FunctionalInterface
  public interface Bin {
    void of(double value, long count);
  }

  /** Every bin that holds something, by a value in it: the exact one below 100, else its middle. */
  public void forEach(Bin bin) {
    if (zeros > 0) {
      bin.of(0, zeros);
    }
    for (int decade = 0; decade < Histogram.DECADES; decade++) {
      long[] bins = decades[decade];
      for (int i = 0; bins != null && i < Histogram.BINS; i++) {
        if (bins[i] != 0) {
          double middle = lower(decade, i) + (decade < 2 ? 0 : width(decade) / 2);
          bin.of(middle / parts, bins[i]);
        }
      }
    }
  }

  private static double lower(int decade, int bin) {
    return (bin + 10) * width(decade);
  }

  private static double width(int decade) {
    double width = 0.1;
    for (int i = 0; i < decade; i++) {
      width *= 10;
    }
    return width;
  }
}
