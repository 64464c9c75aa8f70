package io.outrigger.config.compile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MillisTest {
  @ParameterizedTest
  @CsvSource({"0, 0, 0", "1, 0, 1000", "1, 500000000, 1500", "0, 1, 1", "0, 1000001, 2"})
  void roundsUp(long seconds, int nanos, long millis) {
    Problems problems = new Problems();
    assertThat(Millis.of(duration(seconds, nanos), problems)).isEqualTo(millis);
    assertThat(problems.list()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"-1, 0, negative", "0, -1, negative", "999999999999, 0, out of range"})
  void refuses(long seconds, int nanos, String message) {
    Problems problems = Problems.under("route.timeout");
    Millis.of(duration(seconds, nanos), problems);
    assertThat(problems.list()).hasSize(1);
    assertThat(problems.list().getFirst().fieldPath()).isEqualTo("route.timeout");
    assertThat(problems.list().getFirst().message()).contains(message);
  }

  @Test
  void zeroIsNotPositive() {
    Problems problems = new Problems();
    assertThat(Millis.positive(false, duration(0, 0), 7, problems)).isEqualTo(7);
    assertThat(problems.hasErrors()).isFalse();
    Millis.positive(true, duration(0, 0), 7, problems);
    assertThat(problems.hasErrors()).isTrue();
  }

  private static Duration duration(long seconds, int nanos) {
    return Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build();
  }
}
