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
    Instant earliest = received.plusSeconds(1000);
    Instant latest = received;
    for (int i = 0; i < 100; i++) {
      Instant at = rotation.renewAt(received, received.plusSeconds(1000));
      assertThat(at).isBetween(received.plusSeconds(450), received.plusSeconds(550));
      earliest = at.isBefore(earliest) ? at : earliest;
      latest = at.isAfter(latest) ? at : latest;
    }
    assertThat(Duration.between(earliest, latest))
        .as("a fleet that started together doesn't renew together")
        .isGreaterThan(Duration.ofSeconds(80));
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
