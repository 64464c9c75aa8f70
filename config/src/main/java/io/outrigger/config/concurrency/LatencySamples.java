package io.outrigger.config.concurrency;

/** Latencies of a window in bins a sixteenth wide of their value. Guarded by its owner. */
final class LatencySamples {
  private static final int SUB_BITS = 4;
  private static final int SUBS = 1 << SUB_BITS;

  private final int[] bins = new int[(64 - SUB_BITS) * SUBS];
  private int count;

  int count() {
    return count;
  }

  void add(long micros) {
    bins[bin(Math.max(0, micros))]++;
    count++;
  }

  void clear() {
    if (count > 0) {
      java.util.Arrays.fill(bins, 0);
      count = 0;
    }
  }

  /** The middle of the bin in which this share of the latencies ends, in microseconds. */
  long quantile(double share) {
    long wanted = Math.max(1, (long) Math.ceil(share * count));
    long seen = 0;
    for (int i = 0; i < bins.length; i++) {
      seen += bins[i];
      if (seen >= wanted) {
        return (lower(i) + lower(i + 1)) / 2;
      }
    }
    return 0;
  }

  private static int bin(long micros) {
    if (micros < SUBS) {
      return (int) micros;
    }
    int exponent = 63 - Long.numberOfLeadingZeros(micros);
    int sub = (int) (micros >>> (exponent - SUB_BITS)) & (SUBS - 1);
    return Math.min((64 - SUB_BITS) * SUBS - 2, (exponent - SUB_BITS + 1) * SUBS + sub);
  }

  private static long lower(int bin) {
    if (bin < SUBS) {
      return bin;
    }
    int exponent = bin / SUBS + SUB_BITS - 1;
    return (long) (SUBS + bin % SUBS) << (exponent - SUB_BITS);
  }
}
