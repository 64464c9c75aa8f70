package io.outrigger.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * Says when to renew a certificate, and when to try again after a failure. Pure; the caller has the
 * timer.
 */
public final class RotationClock {
  /** How far renewals are spread around the half life, so that a fleet doesn't ask at once. */
  private static final double JITTER = 0.05;

  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);

  private final RandomGenerator random;

  public RotationClock(RandomGenerator random) {
    this.random = random;
  }

  /**
   * The half life of a certificate, give or take a twentieth of the whole.
   *
   * @param received when it was issued; its own beginning is dated back, so it doesn't count
   */
  public Instant renewAt(Instant received, Instant notAfter) {
    Duration life = Duration.between(received, notAfter);
    if (life.isNegative()) {
      return received;
    }
    double part = 0.5 + (random.nextDouble() * 2 - 1) * JITTER;
    return received.plusNanos((long) (life.toNanos() * part));
  }

  /**
   * How long to wait after so many failures in a row: doubling from half a second to 30 seconds,
   * the upper half of it by chance.
   *
   * @param failures one or more
   */
  public Duration retryAfter(int failures) {
    int doublings = Math.min(Math.max(failures - 1, 0), 16);
    long ceiling = Math.min(FIRST_RETRY.toMillis() << doublings, LAST_RETRY.toMillis());
    return Duration.ofMillis(ceiling / 2 + random.nextLong(ceiling / 2 + 1));
  }
}
