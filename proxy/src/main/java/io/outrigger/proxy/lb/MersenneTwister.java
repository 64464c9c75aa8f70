package io.outrigger.proxy.lb;

/**
 * MT19937: the generator by which Envoy orders the hosts that may take what a busy one can't. A
 * seed gives the same order everywhere.
 */
final class MersenneTwister {
  private static final int SIZE = 624;
  private static final int SHIFT = 397;

  private final int[] state = new int[SIZE];
  private int next;

  void seed(int seed) {
    state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
    next = SIZE;
  }

  /** The next 32 bits, unsigned. */
  long next() {
    if (next == SIZE) {
      twist();
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return Integer.toUnsignedLong(y);
  }

  /** A number from 0 up to, not including, {@code bound}. */
  int below(int bound) {
    long width = (1L << 32) / bound;
    long drawn = bound;
    while (drawn >= bound) {
      drawn = next() / width;
    }
    return (int) drawn;
  }

  private void twist() {
    for (int i = 0; i < SIZE; i++) {
      int y = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      state[i] = state[(i + SHIFT) % SIZE] ^ (y >>> 1) ^ ((y & 1) * 0x9908b0df);
    }
    next = 0;
  }
}
