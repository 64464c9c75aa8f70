package io.outrigger.control.ratelimit;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Where hits are counted. Any thread; never blocks. */
interface Counters extends AutoCloseable {
  /**
   * Hits of one window.
   *
   * @param key what is counted, the window's beginning included
   * @param end of the window, in seconds since the epoch
   */
  record Hits(String key, long number, long end) {}

  /** Counts all of these, and tells what each counter stands at; fails where that isn't known. */
  CompletionStage<long[]> add(List<Hits> hits);

  @Override
  void close();
}
