package io.outrigger.proxy.snapshot;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How long resources are waited for (initial_fetch_timeout), and which were given up. On the
 * configuration loop.
 */
final class Waiting {
  private final ScheduledExecutorService loop;
  private final Consumer<Reference.Key> giveUp;
  private final Map<Reference.Key, Future<?>> timers = new HashMap<>();
  private final Set<Reference.Key> givenUp = new HashSet<>();

  /** {@code giveUp} is told when the time for a resource is over. */
  Waiting(ScheduledExecutorService loop, Consumer<Reference.Key> giveUp) {
    this.loop = loop;
    this.giveUp = giveUp;
  }

  /** Waits so long, unless it is waited for already; 0 is for ever. */
  void start(Reference.Key key, long millis) {
    if (millis > 0 && !timers.containsKey(key)) {
      timers.put(key, loop.schedule(() -> over(key), millis, TimeUnit.MILLISECONDS));
    }
  }

  private void over(Reference.Key key) {
    timers.remove(key);
    givenUp.add(key);
    giveUp.accept(key);
  }

  /** It came: it isn't waited for any more. */
  void arrived(Reference.Key key) {
    givenUp.remove(key);
    Future<?> timer = timers.remove(key);
    if (timer != null) {
      timer.cancel(false);
    }
  }

  /** It won't come for now: nobody waits for it. */
  void stop(Reference.Key key) {
    arrived(key);
    givenUp.add(key);
  }

  Set<Reference.Key> givenUp() {
    return givenUp;
  }
}
