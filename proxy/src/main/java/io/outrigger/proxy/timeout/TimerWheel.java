package io.outrigger.proxy.timeout;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A hierarchical timer wheel: four levels of 256 slots, one millisecond a tick.
 *
 * <p>Arming and cancelling are a link and an unlink, or neither where an owner disarms instead
 * ({@link Timeout}). The loop's own timer is asked only for the next slot that holds something, so
 * time-outs that are cancelled in time (nearly all) wake nothing. Never fires early; fires up to a
 * tick late, and in no order within a tick. Owned by one loop.
 */
public final class TimerWheel {
  private static final long TICK_NANOS = 1_000_000;
  private static final int BITS = 8;
  private static final int SIZE = 1 << BITS;
  private static final int MASK = SIZE - 1;
  private static final int LEVELS = 4;
  private static final long HORIZON = (1L << (BITS * LEVELS)) - SIZE;
  private static final long NEVER = Long.MAX_VALUE;

  private final ScheduledExecutorService loop;
  private final LongSupplier clock;
  private final LongSupplier exact;
  private final long origin;
  private final @Nullable Timeout[] heads = new @Nullable Timeout[LEVELS * SIZE];
  private final long[] occupied = new long[LEVELS * SIZE / Long.SIZE];
  private final Runnable wake = this::wake;
  private long current;
  private int linked;
  private int armed;
  private long wakeTick = NEVER;
  private @Nullable ScheduledFuture<?> scheduled;

  /**
   * Both clocks give nanoseconds of the same steady clock: {@code clock} may stand still within an
   * event, {@code exact} never does.
   */
  public TimerWheel(ScheduledExecutorService loop, LongSupplier clock, LongSupplier exact) {
    this.loop = loop;
    this.clock = clock;
    this.exact = exact;
    this.origin = clock.getAsLong();
  }

  /** Number of time-outs armed now. */
  public int armed() {
    return armed;
  }

  /** Number of time-outs that it holds, armed or disarmed. */
  public int held() {
    return linked;
  }

  void arm(Timeout timeout, long nanos) {
    arm(timeout, nanos, clock.getAsLong());
  }

  void arm(Timeout timeout, long nanos, long now) {
    long elapsed = now - origin;
    if (linked == 0) {
      current = Math.max(current, elapsed / TICK_NANOS);
    }
    long delay = Math.clamp(nanos, 0, HORIZON / 2 * TICK_NANOS);
    long tick = (elapsed + delay + TICK_NANOS - 1) / TICK_NANOS;
    long deadline = Math.max(tick, current + 1);
    if (timeout.deadlineTick == Timeout.UNARMED) {
      armed++;
    }
    timeout.deadlineTick = deadline;
    if (timeout.slot != Timeout.UNLINKED) {
      if (timeout.linkedTick <= deadline) {
        return; // moved on when the slot that it is in has its turn
      }
      unlink(timeout);
    }
    link(timeout);
    if (deadline < wakeTick) {
      schedule(deadline);
    }
  }

  void disarm(Timeout timeout) {
    timeout.deadlineTick = Timeout.UNARMED;
    armed--;
  }

  void cancel(Timeout timeout) {
    if (timeout.isArmed()) {
      disarm(timeout);
    }
    unlink(timeout);
  }

  private void link(Timeout timeout) {
    long tick = timeout.deadlineTick;
    timeout.linkedTick = tick;
    linked++;
    long distance = Math.min(tick - current, HORIZON);
    int level = 0;
    while (level < LEVELS - 1 && distance >= 1L << (BITS * (level + 1))) {
      level++;
    }
    int slot = level * SIZE + (int) ((tick >> (BITS * level)) & MASK);
    Timeout head = heads[slot];
    timeout.slot = slot;
    timeout.previous = null;
    timeout.following = head;
    if (head != null) {
      head.previous = timeout;
    } else {
      occupied[slot >> 6] |= 1L << slot;
    }
    heads[slot] = timeout;
  }

  private void unlink(Timeout timeout) {
    Timeout previous = timeout.previous;
    Timeout following = timeout.following;
    if (following != null) {
      following.previous = previous;
    }
    if (previous != null) {
      previous.following = following;
    } else {
      heads[timeout.slot] = following;
      if (following == null) {
        occupied[timeout.slot >> 6] &= ~(1L << timeout.slot);
      }
    }
    timeout.previous = null;
    timeout.following = null;
    timeout.slot = Timeout.UNLINKED;
    linked--;
  }

  private void wake() {
    scheduled = null;
    wakeTick = NEVER;
    try {
      advance((clock.getAsLong() - origin) / TICK_NANOS);
    } finally { // an action that throws must not stop the wheel
      if (linked > 0) {
        long next = nextTick();
        if (next < wakeTick) {
          schedule(next);
        }
      }
    }
  }

  /** By the exact clock: a time-out armed as of an earlier moment must not hold up the others. */
  private void schedule(long tick) {
    if (scheduled != null) {
      scheduled.cancel(false);
    }
    wakeTick = tick;
    long left = tick * TICK_NANOS - (exact.getAsLong() - origin);
    scheduled = loop.schedule(wake, Math.max(0, left), TimeUnit.NANOSECONDS);
  }

  /** Fires what is due up to and with {@code target}. */
  private void advance(long target) {
    while (linked > 0) {
      long next = nextTick();
      if (next > target) {
        break;
      }
      current = next;
      for (int level = LEVELS - 1; level > 0; level--) {
        if ((current & ((1L << (BITS * level)) - 1)) == 0) {
          cascade(level * SIZE + (int) ((current >> (BITS * level)) & MASK));
        }
      }
      fire((int) (current & MASK));
    }
    current = Math.max(current, target);
  }

  private void cascade(int slot) {
    for (Timeout timeout = heads[slot]; timeout != null; timeout = heads[slot]) {
      unlink(timeout);
      if (timeout.isArmed()) {
        link(timeout);
      }
    }
  }

  private void fire(int slot) {
    for (Timeout timeout = heads[slot]; timeout != null; timeout = heads[slot]) {
      unlink(timeout);
      if (timeout.deadlineTick > current) {
        link(timeout);
      } else if (timeout.isArmed()) {
        disarm(timeout);
        timeout.run();
      }
    }
  }

  /** The next tick at which a slot of some level has its turn; only while something is armed. */
  private long nextTick() {
    long next = NEVER;
    for (int level = 0; level < LEVELS; level++) {
      int shift = BITS * level;
      long position = current >> shift;
      int distance = nextOccupied(level, (int) ((position + 1) & MASK));
      if (distance >= 0) {
        next = Math.min(next, (position + 1 + distance) << shift);
      }
    }
    return next;
  }

  /** How many slots after {@code from} the first occupied one lies, around the level; or -1. */
  private int nextOccupied(int level, int from) {
    int words = SIZE / Long.SIZE;
    int base = level * words;
    int word = from >> 6;
    long bits = occupied[base + word] & (-1L << from);
    for (int i = 0; i <= words; i++) {
      if (bits != 0) {
        int at = (word << 6) + Long.numberOfTrailingZeros(bits);
        return (at - from) & MASK;
      }
      word = (word + 1) & (words - 1);
      bits = occupied[base + word];
    }
    return -1;
  }
}
