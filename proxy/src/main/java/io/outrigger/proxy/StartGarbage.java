package io.outrigger.proxy;

/**
 * Gives back what loading a large configuration needed: its text and half-made messages leave a
 * heap several times of what is kept, which would stay resident until the next full collection.
 *
 * <p>Once, before traffic counts on the worker: later a full collection would stop requests.
 */
final class StartGarbage {
  /** A small configuration stays below this; a collection there would only delay the start. */
  private static final long LARGE_BYTES = 24L << 20;

  private StartGarbage() {}

  static void collect() {
    if (Runtime.getRuntime().totalMemory() > LARGE_BYTES) {
      System.gc();
    }
  }
}
