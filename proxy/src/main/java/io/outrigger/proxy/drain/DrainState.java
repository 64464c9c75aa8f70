package io.outrigger.proxy.drain;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether connections should come to an end: one for the process, and a child for each listener.
 *
 * <p>Any thread may ask and begin. A codec asks {@link #drainClose} for each response.
 */
public final class DrainState {
  private static final long NOT_DRAINING = Long.MIN_VALUE;

  private final @Nullable DrainState parent;
  private final LongSupplier nanos;
  private final long drainNanos;
  private final DrainStrategy strategy;
  private volatile long startedAt = NOT_DRAINING;
  private final boolean modifyOnly;
  private volatile boolean failedHealthCheck;
  private volatile boolean atOnce;

  /** The process's. {@code nanos} is a steady clock. */
  public DrainState(Duration drainTime, DrainStrategy strategy, LongSupplier nanos) {
    this(null, drainTime.toNanos(), strategy, false, nanos);
  }

  private DrainState(
      @Nullable DrainState parent,
      long drainNanos,
      DrainStrategy strategy,
      boolean modifyOnly,
      LongSupplier nanos) {
    this.parent = parent;
    this.drainNanos = drainNanos;
    this.strategy = strategy;
    this.modifyOnly = modifyOnly;
    this.nanos = nanos;
  }

  /** One that drains when this does, or by itself: a listener's. */
  public DrainState child() {
    return new DrainState(this, drainNanos, strategy, false, nanos);
  }

  /** A child that a failed health check doesn't drain: a listener's with drain_type MODIFY_ONLY. */
  public DrainState modifyOnlyChild() {
    return new DrainState(this, drainNanos, strategy, true, nanos);
  }

  /** Begins to drain; a second call changes nothing. */
  public synchronized void begin() {
    if (startedAt == NOT_DRAINING) {
      startedAt = nanos.getAsLong();
    }
  }

  /** Begins to drain, and has every response from now on ask for its connection's end. */
  public void beginAtOnce() {
    atOnce = true;
    begin();
  }

  /** POST /healthcheck/fail and /healthcheck/ok: while failed, every response asks for the end. */
  public void healthCheckFailed(boolean failed) {
    failedHealthCheck = failed;
  }

  public boolean isHealthCheckFailed() {
    return failedHealthCheck || (parent != null && parent.isHealthCheckFailed());
  }

  /** Whether draining has begun, here or in the process. */
  public boolean isDraining() {
    return startedAt != NOT_DRAINING || (parent != null && parent.isDraining());
  }

  /** How long draining may take: {@code --drain-time-s}. */
  public Duration drainTime() {
    return Duration.ofNanos(drainNanos);
  }

  /**
   * Whether this response should ask for the connection's end. {@code random} is a uniform random
   * number, for the gradual strategy.
   */
  public boolean drainClose(long random) {
    return closes(random, true);
  }

  private boolean closes(long random, boolean health) {
    // the common answer first: a few volatile reads, no clock
    boolean heeds = health && !modifyOnly;
    if (parent != null && parent.closes(random, heeds)) {
      return true;
    }
    if (atOnce || (heeds && failedHealthCheck)) {
      return true;
    }
    long began = startedAt;
    if (began == NOT_DRAINING) {
      return false;
    }
    if (strategy == DrainStrategy.IMMEDIATE || drainNanos <= 0) {
      return true;
    }
    long elapsed = nanos.getAsLong() - began;
    return elapsed >= drainNanos || Math.floorMod(random, drainNanos) < elapsed;
  }
}
