package io.outrigger.control.ratelimit;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counters of this process: those of windows that have ended go when they are in the way. */
final class MemoryCounters implements Counters {
  private static final int FIRST_SWEEP = 4096;

  private final InstantSource clock;
  private final Map<String, Count> counts = new ConcurrentHashMap<>();
  private volatile int sweepAt = FIRST_SWEEP;

  MemoryCounters(InstantSource clock) {
    this.clock = clock;
  }

  private record Count(AtomicLong hits, long end) {}

  @Override
  public CompletionStage<long[]> add(List<Hits> hits) {
    long[] after = new long[hits.size()];
    for (int i = 0; i < after.length; i++) {
      Hits one = hits.get(i);
      Count count = counts.get(one.key());
      if (count == null) {
        count = counts.computeIfAbsent(one.key(), key -> new Count(new AtomicLong(), one.end()));
        if (counts.size() > sweepAt) {
          sweep();
        }
      }
      after[i] = count.hits().addAndGet(one.number());
    }
    return CompletableFuture.completedStage(after);
  }

  /** Counters grow to twice those in use at most, so that the work is a constant part of each. */
  private synchronized void sweep() {
    if (counts.size() > sweepAt) {
      long now = clock.millis() / 1000;
      counts.values().removeIf(count -> count.end() <= now);
      sweepAt = Math.max(FIRST_SWEEP, counts.size() * 2);
    }
  }

  int size() {
    return counts.size();
  }

  @Override
  public void close() {}
}
