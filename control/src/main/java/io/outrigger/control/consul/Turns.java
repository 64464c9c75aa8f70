package io.outrigger.control.consul;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who may hold a query open at the agent. An agent takes 200 connections of one client: so many
 * services wait by a query of their own each; further ones are asked, a few at a time, when
 * anything in the catalog has changed. Any thread.
 */
final class Turns {
  /** One query. */
  @FunctionalInterface
  interface Query {
    ConsulClient.Answer ask(long index, Duration wait) throws ConsulException, InterruptedException;
  }

  /** The least time between two answers of one query: a service that flaps costs no more. */
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final Duration AT_ONCE = Duration.ofMillis(1);
  private static final int ASKING = 16;

  private final Semaphore held;
  private final Semaphore asking = new Semaphore(ASKING);
  private final long longestNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long changes;

  /**
   * Shares an agent.
   *
   * @param queries how many may be held open
   * @param longest the others are asked at least so often
   */
  Turns(int queries, Duration longest) {
    this.held = new Semaphore(queries);
    this.longestNanos = longest.toNanos();
  }

  /** Something in the catalog has changed. */
  void changed() {
    lock.lock();
    try {
      changes++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits, unless its query is stopped meanwhile. */
  static void pause(long nanos) throws InterruptedException {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  Turn take() {
    return new Turn();
  }

  /** One query's turn; on that query's thread. */
  final class Turn implements AutoCloseable {
    private boolean holds;
    private long known = -1;
    private long last = System.nanoTime() - PACE_NANOS;

    ConsulClient.Answer ask(long index, Query query) throws ConsulException, InterruptedException {
      holds = holds || held.tryAcquire();
      if (index > 0 && !holds) {
        await();
      }
      long early = PACE_NANOS - (System.nanoTime() - last);
      pause(early);
      try {
        if (index > 0 && holds) {
          return query.ask(index, ConsulClient.WAIT);
        }
        asking.acquire();
        try {
          return query.ask(index, AT_ONCE);
        } finally {
          asking.release();
        }
      } finally {
        last = System.nanoTime();
      }
    }

    private void await() throws InterruptedException {
      lock.lock();
      try {
        long left = longestNanos;
        while (known == changes && left > 0) {
          left = changed.awaitNanos(left);
        }
        known = changes;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      if (holds) {
        held.release();
      }
    }
  }
}
