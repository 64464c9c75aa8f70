package io.outrigger.control.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DebounceTest {
  private static final Path A = Path.of("a.yaml");
  private static final Path B = Path.of("b.yaml");
  private final Debounce<Path> debounce =
      new Debounce<>(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofMillis(250));

  private static long ms(long value) {
    return TimeUnit.MILLISECONDS.toNanos(value);
  }

  @Test
  void waitsUntilAllAreQuiet() {
    debounce.changed(A, Debounce.Look.PLAIN, ms(0));
    debounce.changed(B, Debounce.Look.PLAIN, ms(15));
    assertThat(debounce.due(ms(25))).isEmpty();
    assertThat(debounce.due(ms(35))).containsExactlyInAnyOrder(A, B);
    assertThat(debounce.idle()).isTrue();
  }

  @Test
  void doesNotWaitForEverForOthers() {
    debounce.changed(A, Debounce.Look.PLAIN, ms(0));
    for (long at = 10; at < 200; at += 10) {
      debounce.changed(B, Debounce.Look.PLAIN, ms(at));
      assertThat(debounce.due(ms(at + 5))).isEmpty();
    }
    debounce.changed(B, Debounce.Look.PLAIN, ms(195));
    assertThat(debounce.due(ms(200))).containsExactly(A);
    assertThat(debounce.idle()).isFalse();
  }

  @Test
  void removalsOfEndpointsWaitForNoOne() {
    debounce.changed(A, Debounce.Look.REMOVES_ENDPOINTS, ms(0));
    debounce.changed(B, Debounce.Look.PLAIN, ms(19));
    assertThat(debounce.due(ms(20))).containsExactly(A);
    assertThat(debounce.due(ms(39))).containsExactly(B);
  }

  @Test
  void anEmptyFileIsBelievedLate() {
    debounce.changed(A, Debounce.Look.DOUBTFUL, ms(0));
    assertThat(debounce.due(ms(249))).isEmpty();
    assertThat(debounce.due(ms(250))).containsExactly(A);
  }

  @Test
  void anEmptyFileDoesNotHoldUpOthers() {
    debounce.changed(A, Debounce.Look.DOUBTFUL, ms(0));
    debounce.changed(B, Debounce.Look.PLAIN, ms(0));
    assertThat(debounce.due(ms(20))).containsExactly(B);
  }

  @Test
  void whatComesBackIsNoChange() {
    debounce.changed(A, Debounce.Look.DOUBTFUL, ms(0));
    debounce.unchanged(A);
    assertThat(debounce.idle()).isTrue();
    assertThat(debounce.due(ms(500))).isEmpty();
  }
}
