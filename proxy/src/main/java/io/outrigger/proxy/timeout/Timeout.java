package io.outrigger.proxy.timeout;

import org.jspecify.annotations.Nullable;

/**
 * One time-out that can be armed, cancelled and armed again; a link in a {@link TimerWheel}'s
 * lists. Made once by its owner and reused. Used on the wheel's loop only.
 *
 * <p>An owner that will arm it again soon {@linkplain #disarm disarms} it: the link stays, and is
 * good for the next time if that ends later. So what is armed for every request touches no list and
 * none of the neighbours there, which lie in cold memory.
 */
public final class Timeout {
  static final int UNLINKED = -1;
  static final long UNARMED = -1;

  private final TimerWheel wheel;
  private final Runnable action;
  @Nullable Timeout previous;
  @Nullable Timeout following;
  int slot = UNLINKED;

  /** When the slot that it is linked to has its turn, or a slot above has that brings it there. */
  long linkedTick;

  /** When it is to run; not before {@link #linkedTick} while it is linked. */
  long deadlineTick = UNARMED;

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

  /** It doesn't run, and the wheel lets go of its owner. */
  public void cancel() {
    if (slot != UNLINKED) {
      wheel.cancel(this);
    }
  }

  /**
   * It doesn't run. The wheel may hold its owner until the time for which it was armed: for owners
   * that live on.
   */
  public void disarm() {
    if (deadlineTick != UNARMED) {
      wheel.disarm(this);
    }
  }

  /** As {@link #cancel()}, of one that may not have been made yet. */
  public static void cancelIfMade(@Nullable Timeout timeout) {
    if (timeout != null) {
      timeout.cancel();
    }
  }

  /** As {@link #disarm()}, of one that may not have been made yet. */
  public static void disarmIfMade(@Nullable Timeout timeout) {
    if (timeout != null) {
      timeout.disarm();
    }
  }

  public boolean isArmed() {
    return deadlineTick != UNARMED;
  }

  void run() {
    action.run();
  }
}
