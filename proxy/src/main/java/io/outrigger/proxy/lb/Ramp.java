package io.outrigger.proxy.lb;

import io.outrigger.config.cluster.LbPolicy.SlowStart;
import io.outrigger.proxy.cluster.Host;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Slow start: the share of its weight that a host has while it is new.
 *
 * <p>It grows with (age / window) ^ (1 / aggression), from min_weight_percent to all of it.
 */
final class Ramp {
  private final long windowNanos;
  private final double exponent;
  private final double least;
  private final LongSupplier nanos;

  private Ramp(SlowStart config, LongSupplier nanos) {
    this.windowNanos = TimeUnit.MILLISECONDS.toNanos(config.windowMillis());
    this.exponent = 1 / config.aggression();
    this.least = config.minWeightPercent() / 100.0;
    this.nanos = nanos;
  }

  /** Null where nothing starts slowly, or all of these hosts have long begun. */
  static @Nullable Ramp of(@Nullable SlowStart config, Host[] hosts, LongSupplier nanos) {
    if (config == null || config.windowMillis() <= 0) {
      return null;
    }
    Ramp ramp = new Ramp(config, nanos);
    for (Host host : hosts) {
      if (ramp.age(host) < ramp.windowNanos) {
        return ramp;
      }
    }
    return null;
  }

  private long age(Host host) {
    return nanos.getAsLong() - host.healthySinceNanos();
  }

  /** What a host's weight is to be multiplied by now. */
  double factor(Host host) {
    long age = age(host);
    if (age >= windowNanos) {
      return 1;
    }
    // Envoy counts whole milliseconds, from one
    double part = Math.max(1_000_000, age) / (double) windowNanos;
    return Math.max(exponent == 1 ? part : Math.pow(part, exponent), least);
  }
}
