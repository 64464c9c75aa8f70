package io.outrigger.control.outage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Since when something is away, and when to say so again. One caller at a time. */
public final class Outage {
  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofHours(1);

  private final InstantSource clock;
  private @Nullable Instant since;
  private Instant again = Instant.MAX;
  private Duration interval = FIRST;

  public Outage(InstantSource clock) {
    this.clock = clock;
  }

  /** It is away, unless that is known already. */
  public void begin(Instant from) {
    if (since == null) {
      since = from;
      interval = FIRST;
      again = clock.instant().plus(interval);
    }
  }

  /** It is back. Gives how long it was away; zero: it wasn't. */
  public Duration end() {
    Duration lasted = lasted();
    since = null;
    return lasted;
  }

  /** Null: it isn't away. */
  public @Nullable Instant since() {
    return since;
  }

  /** How long it has been away; zero: it isn't. */
  public Duration lasted() {
    Instant began = since;
    return began == null ? Duration.ZERO : Duration.between(began, clock.instant());
  }

  /** The same as a gauge: 0 only where it isn't away. */
  public long seconds() {
    return since == null ? 0 : Math.max(1, lasted().toSeconds());
  }

  /** Whether to say it again now: after a minute, then after twice as long as before. */
  public boolean due() {
    Instant now = clock.instant();
    if (since == null || now.isBefore(again)) {
      return false;
    }
    interval = interval.compareTo(LONGEST.dividedBy(2)) > 0 ? LONGEST : interval.multipliedBy(2);
    again = now.plus(interval);
    return true;
  }
}
