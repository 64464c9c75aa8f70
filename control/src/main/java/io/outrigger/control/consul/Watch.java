package io.outrigger.control.consul;

import io.outrigger.api.yaml.Node;
import io.outrigger.identity.RotationClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One query that is asked again and again, each time for what is newer. A virtual thread of its
 * own; it ends by being stopped.
 */
final class Watch {
  /** A failing query asks again at least so often. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** Takes what an answer holds, when it may be new. */
  @FunctionalInterface
  interface Taker {
    void take(Node body);
  }

  private final ConsulClient client;
  private final Troubles troubles;
  private final RotationClock rotation;
  private final Turns turns;
  private final String what;
  private final String path;
  private final Taker taker;
  private final CountDownLatch seen = new CountDownLatch(1);
  private @Nullable Thread thread;
  private volatile boolean stopped;

  /**
   * Will ask.
   *
   * @param what names it for people
   * @param turns says how it may wait
   */
  Watch(
      ConsulClient client,
      Troubles troubles,
      RotationClock rotation,
      Turns turns,
      String what,
      String path,
      Taker taker) {
    this.client = client;
    this.troubles = troubles;
    this.rotation = rotation;
    this.turns = turns;
    this.what = what;
    this.path = path;
    this.taker = taker;
  }

  synchronized Watch start() {
    thread = Thread.ofVirtual().name("consul " + what).start(this::run);
    return this;
  }

  /** Whether it has had an answer. */
  boolean hasSeen() {
    return seen.getCount() == 0;
  }

  private void run() {
    long index = 0;
    int failures = 0;
    try (Turns.Turn turn = turns.take()) {
      while (!stopped) {
        try {
          ConsulClient.Answer answer = turn.ask(index, (i, wait) -> client.get(path, i, wait));
          failures = 0;
          if (stopped) {
            return;
          }
          troubles.answered(what);
          if (QueryIndex.news(index, answer.index())) {
            taker.take(answer.body());
          }
          index = QueryIndex.next(index, answer.index());
          seen.countDown();
        } catch (ConsulException e) {
          if (stopped) {
            return;
          }
          troubles.failed(what, String.valueOf(e.getMessage()));
          index = 0; // another agent, or its data lost: an index of before could wait for ever
          failures++;
          long pause = rotation.retryAfter(failures).toNanos();
          Turns.pause(Math.min(pause, LONGEST_PAUSE.toNanos()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks no more, and takes nothing more. */
  synchronized void stop() {
    stopped = true;
    if (thread != null) {
      thread.interrupt();
    }
    troubles.forget(what);
  }
}
