package io.outrigger.proxy.userfilter;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * Notices workers that don't come back from a user's filter. A JVM can't end such a call: the
 * filter is named, its stack printed, and it is switched off for all other workers. One daemon
 * thread, begun with the first filter.
 */
final class Watchdog {
  private static final long LOOK_NANOS = 100_000_000;
  static final long PATIENCE_NANOS = 1_000_000_000;

  private final List<Guard> guards = new CopyOnWriteArrayList<>();
  private volatile boolean closed;
  private boolean started;

  synchronized void watch(Guard guard) {
    guards.add(guard);
    if (!started) {
      started = true;
      Thread.ofPlatform().daemon().name("outrigger-filter-watchdog").start(this::run);
    }
  }

  void close() {
    closed = true;
  }

  private void run() {
    while (!closed) {
      LockSupport.parkNanos(LOOK_NANOS);
      long now = System.nanoTime();
      for (Guard guard : guards) {
        guard.look(now, PATIENCE_NANOS);
      }
    }
  }
}
