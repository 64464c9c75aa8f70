package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Peak-EWMA: of {@code choiceCount} random hosts the one whose latency times requests under way is
 * least for its weight. A host that nobody has measured is tried; one that does nothing but fail to
 * answer is left alone.
 */
final class PeakEwma implements HostPicker {
  /** What a host costs that has requests under way, and no answer to any yet. */
  private static final double UNKNOWN_NANOS = 1e9;

  private final Host[] hosts;
  private final Latency[] latencies;
  private final int choiceCount;
  private final LongSupplier random;
  private final LongSupplier nanos;

  PeakEwma(
      Host[] hosts, int choiceCount, long decayMillis, LongSupplier random, LongSupplier nanos) {
    this.hosts = hosts;
    this.choiceCount = choiceCount;
    this.random = random;
    this.nanos = nanos;
    this.latencies = new Latency[hosts.length];
    for (int i = 0; i < hosts.length; i++) {
      latencies[i] = hosts[i].measured(decayMillis);
    }
  }

  @Override
  public @Nullable Host pick(long hash, int attempt) {
    if (hosts.length <= 1) {
      return hosts.length == 0 ? null : hosts[0];
    }
    long now = nanos.getAsLong();
    int best = -1;
    double least = Double.MAX_VALUE;
    int before = -1;
    for (int i = 0; i < choiceCount; i++) {
      int at = Weights.bounded(random, hosts.length);
      if (at == before) {
        at = (at + 1) % hosts.length; // two choices are of two hosts
      }
      before = at;
      double cost = cost(at, now);
      if (cost < least) {
        least = cost;
        best = at;
      }
    }
    return hosts[best];
  }

  private double cost(int at, long now) {
    long active = Math.max(0, hosts[at].stats().rqActive());
    double latency = latencies[at].at(now);
    if (latency == 0 && active > 0) {
      latency = UNKNOWN_NANOS;
    }
    return latency * (active + 1) / hosts[at].weight();
  }
}
