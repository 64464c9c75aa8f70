package io.outrigger.proxy.snapshot;

import io.outrigger.config.source.ConfigSource;
import io.outrigger.xds.ResourceUpdate;
import io.outrigger.xds.VersionedResource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Resources that stay for a time only, as their {@code ttl} says, unless they or their heartbeat
 * come again. On the configuration loop.
 */
final class Leases {
  private final ScheduledExecutorService loop;
  private final Consumer<Reference.Key> expired;
  private final Map<Reference.Key, Future<?>> timers = new HashMap<>();

  Leases(ScheduledExecutorService loop, Consumer<Reference.Key> expired) {
    this.loop = loop;
    this.expired = expired;
  }

  /** An update came: what it brings without a lease stays. */
  void take(ResourceUpdate update, ConfigSource origin) {
    if (timers.isEmpty() && update.leases().isEmpty()) {
      return;
    }
    for (VersionedResource resource : update.resources()) {
      end(new Reference.Key(update.type(), resource.name(), origin));
    }
    update.removed().forEach(name -> end(new Reference.Key(update.type(), name, origin)));
    update
        .leases()
        .forEach((name, time) -> begin(new Reference.Key(update.type(), name, origin), time));
  }

  void begin(Reference.Key key, Duration time) {
    end(key);
    timers.put(
        key, loop.schedule(() -> over(key), Math.max(1, time.toMillis()), TimeUnit.MILLISECONDS));
  }

  void end(Reference.Key key) {
    Future<?> timer = timers.remove(key);
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private void over(Reference.Key key) {
    timers.remove(key);
    expired.accept(key);
  }
}
