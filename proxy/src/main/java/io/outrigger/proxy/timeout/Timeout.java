package io.outrigger.proxy.timeout;

import org.jspecify.annotations.Nullable;

/**
 * One time-out that can be armed, cancelled and armed again; a link in a {@link TimerWheel}'s
 * lists. Made once by its owner and reused. Used on the wheel's loop only.
 */
public final class Timeout {
  static final int UNARMED = -1;

  private final TimerWheel wheel;
  private final Runnable action;
  @Nullable Timeout previous;
  @Nullable Timeout following;
  int slot = UNARMED;
  long deadlineTick;

  public Timeout(TimerWheel wheel, Runnable action) {
    this.wheel = wheel;
    this.action = action;
  }

  /** Runs the action once after {@code nanos}; a time-out that is already armed is moved. */
  public void arm(long nanos) {
    wheel.arm(this, nanos);
  }

  /** As {@link #arm}, where the caller has just read the worker's clock. */
  public void arm(long nanos, long now) {
    wheel.arm(this, nanos, now);
  }

  public void cancel() {
    if (slot != UNARMED) {
      wheel.unlink(this);
    }
  }

  public boolean isArmed() {
    return slot != UNARMED;
  }

  void run() {
    action.run();
  }
}
