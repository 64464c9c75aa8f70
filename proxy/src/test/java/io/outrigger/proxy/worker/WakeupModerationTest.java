package io.outrigger.proxy.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A worker and its clients on a clock that moves when something takes time. */
class WakeupModerationTest {
  private static final long MICRO = TimeUnit.MICROSECONDS.toNanos(1);
  private static final int BYTES = 100;

  private long now = -7 * TimeUnit.SECONDS.toNanos(1); // System.nanoTime may be below zero
  private long longest = 400;
  private long sleeps;
  private long read;
  private final WakeupModeration moderation =
      new WakeupModeration(
          () -> now,
          nanos -> {
            sleeps++;
            now += nanos;
          },
          () -> longest);

  /** One turn that finds {@code requests} in so many events; each event takes 10 µs of work. */
  private void turn(int requests, int events) {
    read += (long) requests * BYTES;
    moderation.afterTurn(events, read);
    now += 10 * MICRO * events;
  }

  /** Requests at a steady rate, whatever the proxy does. */
  private void openLoop(int seconds, int perSecond, int connections) {
    long end = now + TimeUnit.SECONDS.toNanos(seconds);
    long every = TimeUnit.SECONDS.toNanos(1) / perSecond;
    long next = now;
    while (now < end) {
      moderation.beforeTurn(true);
      if (now < next) {
        now = next; // blocked until one comes
      }
      int requests = (int) ((now - next) / every) + 1;
      next += requests * every;
      turn(requests, Math.min(requests, connections));
    }
  }

  /** Clients that each ask as soon as they have their answer, 20 µs after it left. */
  private void closedLoop(int seconds, int clients) {
    long end = now + TimeUnit.SECONDS.toNanos(seconds);
    while (now < end) {
      now += 20 * MICRO;
      moderation.beforeTurn(true);
      turn(clients, clients);
    }
  }

  @Test
  void manyStreamsOnFewConnectionsAreLetGather() {
    openLoop(3, 20_000, 1);
    assertThat(moderation.pauseMicros()).isEqualTo(400);
  }

  @Test
  void fewEventsAreNeverWaitedFor() {
    openLoop(60, 2_000, 1);
    assertThat(sleeps).isZero();
  }

  @Test
  void clientsThatWaitForAnswersAreNotSlowedDown() {
    closedLoop(2, 4);
    assertThat(moderation.pauseMicros()).isZero();
    long before = read;
    closedLoop(60, 4);
    long moderated = read - before;
    longest = 0;
    before = read;
    closedLoop(60, 4);
    assertThat(moderated / (double) (read - before)).isGreaterThan(0.98);
  }

  @Test
  void connectionsOfTheirOwnGainTooLittle() {
    openLoop(3, 8_000, 1000);
    assertThat(moderation.pauseMicros()).isZero();
  }

  @Test
  void aGreaterLoadIsTriedAtOnce() {
    openLoop(60, 6_000, 1000); // rejected again and again, and left alone for longer each time
    assertThat(moderation.pauseMicros()).isZero();
    openLoop(3, 20_000, 1);
    assertThat(moderation.pauseMicros()).isEqualTo(400);
  }

  @Test
  void pausesEndSoonAfterTheirLoad() {
    openLoop(3, 20_000, 1);
    openLoop(1, 1_000, 1);
    assertThat(moderation.pauseMicros()).isZero();
    long before = sleeps;
    openLoop(10, 1_000, 1);
    assertThat(sleeps).isEqualTo(before);
  }

  @Test
  void anotherLoadOfTheSameSizeIsFoundOut() {
    openLoop(3, 20_000, 1);
    closedLoop(40, 4);
    assertThat(moderation.pauseMicros()).isZero();
  }

  @Test
  void aSaturatedWorkerSleepsNot() {
    openLoop(3, 20_000, 1);
    turn(60, 60);
    long before = sleeps;
    long end = now + TimeUnit.SECONDS.toNanos(1);
    while (now < end) {
      moderation.beforeTurn(true);
      turn(60, 60);
    }
    assertThat(sleeps).isEqualTo(before);
  }

  @Test
  void aLoopWithTasksDoesNotWait() {
    openLoop(3, 20_000, 1);
    long before = sleeps;
    for (int i = 0; i < 1000; i++) {
      moderation.beforeTurn(false);
      turn(1, 1);
    }
    assertThat(sleeps).isEqualTo(before);
  }

  @Test
  void whatComesAfterARestIsHandledAtOnce() {
    openLoop(3, 20_000, 1);
    now += TimeUnit.SECONDS.toNanos(1);
    long before = sleeps;
    moderation.beforeTurn(true);
    assertThat(sleeps).isEqualTo(before);
  }

  @Test
  void aShorterLimitHoldsAtTheNextLook() {
    openLoop(3, 20_000, 1);
    longest = 150;
    openLoop(1, 20_000, 1);
    assertThat(moderation.pauseMicros()).isEqualTo(150);
  }

  @Test
  void zeroSwitchesPausesOff() {
    openLoop(3, 20_000, 1);
    longest = 0;
    openLoop(1, 20_000, 1);
    assertThat(moderation.pauseMicros()).isZero();
    longest = 100;
    openLoop(3, 20_000, 1);
    assertThat(moderation.pauseMicros()).isEqualTo(100);
  }
}
