package io.outrigger.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RotationClockTest {
  private final RotationClock rotation = new RotationClock(new Random(1));
  private final Instant received = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void aCertificateIsRenewedAtHalfItsLife() {
    boolean differ = false;
    Instant first = rotation.renewAt(received, received.plusSeconds(1000));
    for (int i = 0; i < 100; i++) {
      Instant at = rotation.renewAt(received, received.plusSeconds(1000));
      assertThat(at).isBetween(received.plusSeconds(490), received.plusSeconds(510));
      differ |= !at.equals(first);
    }
    assertThat(differ).as("a fleet doesn't renew at once").isTrue();
    assertThat(rotation.renewAt(received, received.minusSeconds(1))).isEqualTo(received);
  }

  @Test
  void retriesBackOffToHalfAMinute() {
    for (int failures = 1; failures < 100; failures++) {
      Duration wait = rotation.retryAfter(failures);
      long ceiling = Math.min(30_000, 500L << Math.min(failures - 1, 10));
      assertThat(wait.toMillis()).isBetween(ceiling / 2, ceiling);
    }
  }
}
