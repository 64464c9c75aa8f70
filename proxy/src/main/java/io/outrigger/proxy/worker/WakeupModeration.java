package io.outrigger.proxy.worker;

import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Lets events gather for a moment where that is found to save work, as network cards moderate their
 * interrupts.
 *
 * <p>A worker that is faster than its peers is woken for every packet, and then spends most of its
 * CPU on waking and on calls that move one request. A pause before a turn lets it find several. It
 * pays for many streams on few connections; where clients wait for an answer before they ask again
 * it makes them slower, and where each has a connection of its own it saves no call. A worker can't
 * see which it is, so it tries: short blocks with and without pauses in turns, and pauses are kept
 * if as much was read in them, in fewer turns and events. Longer pauses are tried step by step, and
 * what is kept is put to the test again every few seconds.
 *
 * <p>A pause ends at the latest its span after the turn before began: a worker that has more to do
 * never pauses, nor does one that is woken seldom. Owned by one worker; {@link #pauseMicros} may be
 * asked from any thread.
 */
final class WakeupModeration {
  /** Work a second below which nothing is tried: there is little to save. */
  private static final int BUSY = 15_000;

  /** A turn costs a call of the kernel and a wake-up, an event two calls and what they carry. */
  private static final int WORK_OF_EVENT = 2;

  /** Of a trial, half of which pause; long enough to tell a tenth in throughput. */
  private static final int BLOCKS = 20;

  private static final long BLOCK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** How often a worker looks whether it is busy, or whether what it holds still fits. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Looks until what is kept is tried again. */
  private static final int HELD = 80;

  /** Throughput that must be left; blocks of a steady load differ by a few hundredths. */
  private static final double AS_FAST = 0.9;

  /** Work for as many bytes that the shortest pauses may leave, for they cost latency. */
  private static final double CHEAPER = 0.8;

  /** The same of longer pauses beside those half as long. */
  private static final double CHEAPER_YET = 0.95;

  private static final long SHORTEST_REST = TimeUnit.SECONDS.toNanos(1);

  /** Until longer pauses are tried again that were found not to pay. */
  private static final long CLIMB_REST = TimeUnit.SECONDS.toNanos(15);

  /** Until any are; the first time and, each time twice as long, the last. */
  private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(32);

  /** Work, beside that of a load which pauses didn't pay for, from which on it is another. */
  private static final double ANOTHER_LOAD = 1.5;

  /** What is tried first; the second step is twice as long, and so on up to what is allowed. */
  private static final int FIRST_STEP_MICROS = 100;

  private enum Phase {
    WATCHING,
    TRYING,
    HOLDING
  }

  private final LongSupplier clock;
  private final LongConsumer sleep;
  private final LongSupplier longestMicros;

  private Phase phase = Phase.WATCHING;
  private long periodBegan;
  private long periodEnds;
  private long lastTurn;
  private long work;
  private long bytes;
  private long bytesBefore;

  private int kept;
  private int tried;
  private int block;
  private int looks;
  private long climbAt;
  private long restUntil;
  private double rejectedAt;
  private long rest = SHORTEST_REST;
  private double keptRate;
  private int base;
  private final Sum without = new Sum();
  private final Sum with = new Sum();

  private long span;
  private volatile int spanMicros;

  /** What happened in some blocks. */
  private static final class Sum {
    long nanos;
    long work;
    long bytes;

    void clear() {
      nanos = 0;
      work = 0;
      bytes = 0;
    }

    double bytesPerNano() {
      return bytes / (double) Math.max(1, nanos);
    }

    double workPerByte() {
      return work / (double) Math.max(1, bytes);
    }
  }

  /**
   * {@code clock} gives nanoseconds of a steady clock, {@code sleep} sleeps so many of them, and
   * {@code longestMicros} is the longest pause allowed for now, in microseconds; zero for none.
   */
  WakeupModeration(LongSupplier clock, LongConsumer sleep, LongSupplier longestMicros) {
    this.clock = clock;
    this.sleep = sleep;
    this.longestMicros = longestMicros;
    lastTurn = clock.getAsLong();
    restUntil = lastTurn;
    climbAt = lastTurn;
    begin(lastTurn, LOOK_NANOS);
  }

  /** The pauses in force, in microseconds between the beginnings of two turns. */
  int pauseMicros() {
    return spanMicros;
  }

  /** Before a turn asks the kernel for events; sleeps if that pays and the loop may block. */
  void beforeTurn(boolean mayBlock) {
    long now = clock.getAsLong();
    if (now - periodEnds >= 0) {
      endPeriod(now);
    }
    long since = now - lastTurn;
    if (since < span && mayBlock) {
      sleep.accept(span - since);
      now = clock.getAsLong();
    }
    lastTurn = now;
  }

  /** After a turn that handled so many events; {@code read} counts all bytes ever read. */
  void afterTurn(int handled, long read) {
    work += 1 + WORK_OF_EVENT * handled;
    bytes = read;
  }

  private void endPeriod(long now) {
    switch (phase) {
      case WATCHING -> watch(now);
      case TRYING -> endBlock(now);
      case HOLDING -> hold(now);
    }
  }

  private void watch(long now) {
    double perSecond = work * 1e9 / Math.max(1, now - periodBegan);
    boolean rested = now - restUntil >= 0 || perSecond > ANOTHER_LOAD * rejectedAt;
    if (perSecond >= BUSY && rested && longestMicros.getAsLong() > 0) {
      attempt(now, 0, 1);
    } else {
      begin(now, LOOK_NANOS);
    }
  }

  private void hold(long now) {
    double rate = (bytes - bytesBefore) / (double) Math.max(1, now - periodBegan);
    if (rate < keptRate / 2 || longestMicros.getAsLong() == 0) {
      letGo(now); // another load, another trial
    } else if (++looks >= HELD) {
      attempt(now, 0, kept);
    } else {
      pause(kept); // the longest allowed may be shorter by now
      begin(now, LOOK_NANOS);
    }
  }

  /** Begins a trial of a step beside one below it, with a block of that. */
  private void attempt(long now, int below, int step) {
    phase = Phase.TRYING;
    base = below;
    tried = step;
    block = 0;
    without.clear();
    with.clear();
    pause(base);
    begin(now, BLOCK_NANOS);
  }

  private void endBlock(long now) {
    Sum sum = block % 2 == 0 ? without : with;
    sum.nanos += now - periodBegan;
    sum.work += work;
    sum.bytes += bytes - bytesBefore;
    block++;
    if (block == BLOCKS) {
      decide(now);
      return;
    }
    pause(block % 2 == 0 ? base : tried);
    begin(now, BLOCK_NANOS);
  }

  private void decide(long now) {
    if (base == 0 && without.work * 1e9 < without.nanos * (BUSY / 2.0)) {
      letGo(now);
      return;
    }
    boolean asFast = with.bytesPerNano() >= AS_FAST * without.bytesPerNano();
    double left = with.workPerByte() / without.workPerByte();
    if (asFast && left <= (base == 0 ? CHEAPER : CHEAPER_YET)) {
      keep(tried, now);
      rest = SHORTEST_REST;
      if (micros(tried) < longestMicros.getAsLong() && now - climbAt >= 0) {
        attempt(now, tried, tried + 1);
      }
      return;
    }
    climbAt = now + CLIMB_REST;
    if (tried > 1) {
      keep(tried - 1, now);
    } else {
      restUntil = now + rest;
      rejectedAt = without.work * 1e9 / without.nanos;
      rest = Math.min(2 * rest, LONGEST_REST);
      letGo(now);
    }
  }

  private void keep(int step, long now) {
    phase = Phase.HOLDING;
    kept = step;
    keptRate = without.bytesPerNano();
    looks = 0;
    pause(step);
    begin(now, LOOK_NANOS);
  }

  private void letGo(long now) {
    phase = Phase.WATCHING;
    kept = 0;
    climbAt = now;
    pause(0);
    begin(now, LOOK_NANOS);
  }

  private void pause(int step) {
    int micros = micros(step);
    span = TimeUnit.MICROSECONDS.toNanos(micros);
    spanMicros = micros;
  }

  private int micros(int step) {
    return step == 0
        ? 0
        : (int) Math.min((long) FIRST_STEP_MICROS << (step - 1), longestMicros.getAsLong());
  }

  private void begin(long now, long nanos) {
    periodBegan = now;
    periodEnds = now + nanos;
    work = 0;
    bytesBefore = bytes;
  }
}
