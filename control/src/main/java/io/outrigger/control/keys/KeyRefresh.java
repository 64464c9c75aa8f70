package io.outrigger.control.keys;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the keys of all sources that are asked for: each is fetched by a virtual thread of its own,
 * at once and then at intervals, sooner after a failure. What was fetched last stays.
 */
public final class KeyRefresh implements AutoCloseable {
  private static final long LONGEST_PAUSE = TimeUnit.MINUTES.toNanos(1);

  private final Duration interval;
  private final Duration firstPause;
  private final Consumer<Supplier<KeySets>> listener;
  private final KeyClient client = new KeyClient();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<KeySource, Keeper> keepers = new HashMap<>();
  private volatile KeySets current = KeySets.NONE;
  private boolean closed;

  /** One source's thread and what it has. */
  private static final class Keeper {
    KeySets.@Nullable State state;
    boolean wanted = true;
  }

  /**
   * @param interval between fetches that succeed
   * @param firstPause after the first failure; twice as long after each one more
   * @param listener told whenever something is new, and where all of it is; on any thread
   */
  public KeyRefresh(Duration interval, Duration firstPause, Consumer<Supplier<KeySets>> listener) {
    this.interval = interval;
    this.firstPause = firstPause;
    this.listener = listener;
  }

  /** The sources that are needed from now on. */
  public void want(Set<KeySource> sources) {
    lock.lock();
    try {
      keepers
          .entrySet()
          .removeIf(
              entry -> {
                entry.getValue().wanted = sources.contains(entry.getKey());
                return !entry.getValue().wanted;
              });
      changed.signalAll();
      for (KeySource source : sources) {
        if (!closed && !keepers.containsKey(source)) {
          Keeper keeper = new Keeper();
          keepers.put(source, keeper);
          Thread.ofVirtual().name("keys of " + source.issuer()).start(() -> keep(source, keeper));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void keep(KeySource source, Keeper keeper) {
    int failures = 0;
    try {
      while (true) {
        String jwks = "";
        String failure = null;
        try {
          jwks = client.fetch(source);
          failures = 0;
        } catch (IOException e) {
          failure = e.getMessage();
          failures++;
        }
        if (note(keeper, jwks, failure)) {
          listener.accept(() -> current); // not under the lock: it may ask for other sources
        }
        if (!pause(keeper, nanos(failures))) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long nanos(int failures) {
    return failures == 0
        ? interval.toNanos()
        : Math.min(firstPause.toNanos() << Math.min(failures - 1, 20), LONGEST_PAUSE);
  }

  /** Notes what came of a fetch; true: it is news. */
  private boolean note(Keeper keeper, String jwks, @Nullable String failure) {
    lock.lock();
    try {
      KeySets.State before = keeper.state;
      String newest = failure != null && before != null ? before.jwks() : jwks;
      KeySets.State now = new KeySets.State(newest, failure);
      if (!keeper.wanted || now.equals(before)) {
        return false;
      }
      keeper.state = now;
      Map<KeySource, KeySets.State> states = new HashMap<>();
      keepers.forEach(
          (source, one) -> {
            if (one.state != null) {
              states.put(source, one.state);
            }
          });
      current = new KeySets(states);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** False: the source is wanted no more. */
  private boolean pause(Keeper keeper, long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (keeper.wanted && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      return keeper.wanted && !closed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    client.close();
  }
}
