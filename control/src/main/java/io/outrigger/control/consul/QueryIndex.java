package io.outrigger.control.consul;

/**
 * Where a blocking query goes on: the rules that Consul's documentation gives for its index. Pure.
 */
final class QueryIndex {
  private QueryIndex() {}

  /**
   * The index to ask with next.
   *
   * @param asked what was asked with; 0 at the beginning
   * @param answered the answer's {@code X-Consul-Index}
   */
  static long next(long asked, long answered) {
    if (answered < asked) {
      return 0; // a restored snapshot, or other servers: only asking anew shows what is there
    }
    return Math.max(answered, 1); // an index of 0 would not block, and the loop would be busy
  }

  /** Whether the answer can hold something that the one before didn't. */
  static boolean news(long asked, long answered) {
    return asked == 0 || answered != asked;
  }
}
