package io.outrigger.proxy.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.outrigger.proxy.timeout.TimerWheel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FreeListTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private long nanos;
  private final List<Object> dropped = new ArrayList<>();
  private final FreeList<Object> list =
      new FreeList<>(new TimerWheel(channel.eventLoop(), () -> nanos, () -> nanos), dropped::add);

  @BeforeEach
  void freeze() {
    channel.freezeTime();
  }

  @AfterEach
  void end() {
    channel.finishAndReleaseAll();
  }

  private void pass(long seconds) {
    nanos += TimeUnit.SECONDS.toNanos(seconds);
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  private void give(int count) {
    for (int i = 0; i < count; i++) {
      list.give(new Object());
    }
  }

  @Test
  void theLastOneGivenIsTakenNext() {
    Object first = new Object();
    Object second = new Object();
    list.give(first);
    list.give(second);
    assertThat(list.take()).isSameAs(second);
    assertThat(list.take()).isSameAs(first);
    assertThat(list.take()).isNull();
  }

  @Test
  void asManyAreKeptAsWereInUseAtOnce() {
    give(1000);
    for (int second = 0; second < 60; second++) {
      List<Object> used = new ArrayList<>();
      for (int i = 0; i < 900; i++) {
        used.add(list.take());
      }
      assertThat(used).doesNotContainNull();
      used.forEach(list::give);
      pass(1);
    }
    assertThat(list.size()).isBetween(900, 1000);
  }

  @Test
  void whatNobodyNeedsIsForgotten() {
    give(1000);
    pass(5); // they came in the middle of this span
    pass(5);
    assertThat(list.size()).isEqualTo(128);
    assertThat(dropped).hasSize(1000 - 128);
    pass(60);
    assertThat(list.size()).isEqualTo(128);
    give(300);
    assertThat(list.size()).isEqualTo(428);
  }

  @Test
  void theyAreBounded() {
    give(5000);
    assertThat(list.size()).isEqualTo(2048);
    assertThat(dropped).hasSize(5000 - 2048).doesNotContainNull();
  }
}
