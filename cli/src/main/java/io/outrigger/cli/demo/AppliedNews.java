package io.outrigger.cli.demo;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * When the control plane said that an edit is in force at all proxies.
 *
 * <p>It hears the control plane's output on the thread that reads it; one other thread waits.
 */
final class AppliedNews implements Consumer<String> {
  private final BlockingQueue<Long> said = new LinkedBlockingQueue<>();

  @Override
  public void accept(String line) {
    if (line.startsWith("applied in")) {
      said.add(System.nanoTime());
    }
  }

  /** What was said before belongs to earlier edits. */
  void forget() {
    said.clear();
  }

  /**
   * Waits for the next.
   *
   * @return nanoseconds from the given time of {@link System#nanoTime} until it was said; as long
   *     as was waited if it wasn't
   */
  long await(long sinceNanos, Duration atMost) throws InterruptedException {
    Long at = said.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
    return (at == null ? System.nanoTime() : at) - sinceNanos;
  }

  /**
   * Waits until edits of several files are in force: something was said, and nothing more for a
   * while.
   */
  void awaitQuiet(Duration quiet, Duration atMost) throws InterruptedException {
    long since = System.nanoTime();
    Duration wait = atMost;
    while (said.poll(wait.toNanos(), TimeUnit.NANOSECONDS) != null
        && System.nanoTime() - since < atMost.toNanos()) {
      wait = quiet;
    }
  }
}
