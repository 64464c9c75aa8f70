package io.outrigger.proxy.timeout;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Time-outs fire when they should, whatever their distance, and cancelled ones never. */
class TimerWheelTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private long now;
  private final TimerWheel wheel = new TimerWheel(channel.eventLoop(), () -> now, () -> now);

  TimerWheelTest() {
    channel.freezeTime();
  }

  private void advance(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void firesEachInItsMillisecond() {
    List<Long> fired = new ArrayList<>();
    List<Long> delays =
        List.of(1L, 2L, 255L, 256L, 257L, 1000L, 65_535L, 65_536L, 70_000L, 20_000_000L);
    for (long delay : delays) {
      new Timeout(wheel, () -> fired.add(delay)).arm(TimeUnit.MILLISECONDS.toNanos(delay));
    }
    long at = 0;
    for (long delay : delays) {
      advance(delay - at - 1);
      assertThat(fired).doesNotContain(delay);
      advance(1);
      assertThat(fired).last().isEqualTo(delay);
      at = delay;
    }
    assertThat(wheel.armed()).isZero();
  }

  @Test
  void oneThatIsArmedWithATimeLongPastHoldsUpNobody() {
    List<String> fired = new ArrayList<>();
    advance(5000);
    // as of five seconds ago, due in five milliseconds
    new Timeout(wheel, () -> fired.add("past")).arm(TimeUnit.MILLISECONDS.toNanos(5005), 0);
    new Timeout(wheel, () -> fired.add("other")).arm(TimeUnit.MILLISECONDS.toNanos(10));
    advance(5);
    assertThat(fired).containsExactly("past");
    advance(5);
    assertThat(fired).containsExactly("past", "other");
  }

  @Test
  void forgetsWhatIsCancelledOrMoved() {
    List<String> fired = new ArrayList<>();
    Timeout cancelled = new Timeout(wheel, () -> fired.add("cancelled"));
    Timeout moved = new Timeout(wheel, () -> fired.add("moved"));
    cancelled.arm(TimeUnit.MILLISECONDS.toNanos(10));
    moved.arm(TimeUnit.MILLISECONDS.toNanos(10));
    cancelled.cancel();
    moved.arm(TimeUnit.MILLISECONDS.toNanos(500));
    advance(499);
    assertThat(fired).isEmpty();
    advance(1);
    assertThat(fired).containsExactly("moved");
  }

  @Test
  void keepsTheLinkOfOneThatIsDisarmed() {
    List<String> fired = new ArrayList<>();
    Timeout timeout = new Timeout(wheel, () -> fired.add("fired"));
    timeout.arm(TimeUnit.MILLISECONDS.toNanos(100));
    timeout.disarm();
    assertThat(timeout.isArmed()).isFalse();
    assertThat(wheel.armed()).isZero();
    int slot = timeout.slot;
    advance(50);
    timeout.arm(TimeUnit.MILLISECONDS.toNanos(100)); // at 150; its link is at 100
    assertThat(timeout.slot).isEqualTo(slot);
    assertThat(wheel.armed()).isOne();
    advance(99);
    assertThat(fired).isEmpty();
    timeout.arm(TimeUnit.MILLISECONDS.toNanos(20)); // at 169; its link is at 150 by now
    advance(19);
    assertThat(fired).isEmpty();
    timeout.arm(TimeUnit.MILLISECONDS.toNanos(10)); // at 178, and then at 170, before its link
    timeout.arm(TimeUnit.MILLISECONDS.toNanos(2));
    advance(2);
    assertThat(fired).containsExactly("fired");
    assertThat(timeout.isArmed()).isFalse();
  }

  @Test
  void letsGoOfOneThatIsDisarmedWhenItsTimeComesAndOfOneThatIsCancelledAtOnce() {
    Timeout disarmed = new Timeout(wheel, () -> {});
    Timeout cancelled = new Timeout(wheel, () -> {});
    disarmed.arm(TimeUnit.SECONDS.toNanos(90));
    cancelled.arm(TimeUnit.SECONDS.toNanos(90));
    disarmed.disarm();
    cancelled.disarm();
    cancelled.cancel();
    assertThat(cancelled.slot).isEqualTo(Timeout.UNLINKED);
    assertThat(disarmed.slot).isNotEqualTo(Timeout.UNLINKED);
    advance(90_000);
    assertThat(disarmed.slot).isEqualTo(Timeout.UNLINKED);
    assertThat(wheel.armed()).isZero();
  }

  @Test
  void goesOnAfterAnActionThatArmsAndOneThatThrows() {
    List<Long> fired = new ArrayList<>();
    Timeout[] again = new Timeout[1];
    again[0] =
        new Timeout(
            wheel,
            () -> {
              fired.add(now);
              if (fired.size() < 3) {
                again[0].arm(TimeUnit.MILLISECONDS.toNanos(300));
              }
            });
    again[0].arm(TimeUnit.MILLISECONDS.toNanos(300));
    for (int i = 0; i < 1000; i++) {
      advance(1);
    }
    assertThat(fired).hasSize(3);
  }

  @Test
  void agreesWithAListOfDeadlines() {
    Random random = new Random(7);
    int count = 2000;
    long[] deadline = new long[count];
    long[] firedAt = new long[count];
    Timeout[] all = new Timeout[count];
    for (int i = 0; i < count; i++) {
      int own = i;
      all[i] = new Timeout(wheel, () -> firedAt[own] = now);
    }
    for (int step = 0; step < 20_000; step++) {
      int i = random.nextInt(count);
      int choice = random.nextInt(6);
      if (choice < 2) {
        if (choice == 0) {
          all[i].cancel();
        } else {
          all[i].disarm();
        }
        deadline[i] = 0;
      } else {
        long delay = TimeUnit.MILLISECONDS.toNanos(1L + random.nextInt(2000));
        all[i].arm(delay);
        deadline[i] = now + delay;
        firedAt[i] = 0;
      }
      if (random.nextInt(4) == 0) {
        advance(1 + random.nextInt(40));
        for (int k = 0; k < count; k++) {
          if (deadline[k] > 0 && deadline[k] <= now) {
            assertThat(firedAt[k]).as("time-out %d", k).isBetween(deadline[k], now);
            deadline[k] = 0;
            firedAt[k] = 0;
          } else {
            assertThat(firedAt[k]).as("time-out %d", k).isZero();
          }
        }
      }
    }
  }
}
