package io.outrigger.proxy.lb;

import io.outrigger.config.cluster.LbPolicy;
import io.outrigger.proxy.cluster.Host;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * LEAST_REQUEST: of {@code choiceCount} random hosts, or of all, the one with the fewest requests
 * under way; with different weights, by turns of weight / (requests + 1) ^ bias.
 */
final class LeastRequest implements HostPicker {
  private final Host[] hosts;
  private final double[] weights;
  private final int choiceCount;
  private final double bias;
  private final LongSupplier random;
  private final @Nullable EdfSchedule schedule;

  private final @Nullable Ramp ramp;

  LeastRequest(
      Host[] hosts, int choiceCount, double bias, LongSupplier random, @Nullable Ramp ramp) {
    this.hosts = hosts;
    this.weights = Weights.of(hosts);
    this.choiceCount = choiceCount;
    this.bias = bias;
    this.random = random;
    this.ramp = ramp;
    if (ramp == null && Weights.areEqual(weights)) {
      this.schedule = null;
      return;
    }
    EdfSchedule edf = new EdfSchedule(hosts.length);
    for (int i = 0; i < hosts.length; i++) {
      edf.add(i, weight(i));
    }
    int start = Weights.bounded(random, hosts.length);
    for (int i = 0; i < start; i++) {
      edf.advance(weight(edf.peek()));
    }
    this.schedule = edf;
  }

  private double weight(int at) {
    long active = Math.max(0, hosts[at].stats().rqActive());
    double weight = ramp == null ? weights[at] : weights[at] * ramp.factor(hosts[at]);
    if (bias == 0 || active == 0) {
      return weight;
    }
    double divisor = bias == 1 ? active + 1 : Math.pow((double) (active + 1), bias);
    return weight / divisor;
  }

  @Override
  public @Nullable Host pick(long hash, int attempt) {
    if (hosts.length == 0) {
      return null;
    }
    if (schedule != null) {
      int at = schedule.peek();
      schedule.advance(weight(at));
      return hosts[at];
    }
    if (hosts.length == 1) {
      return hosts[0];
    }
    return choiceCount == LbPolicy.LeastRequest.ALL_HOSTS ? leastOfAll() : leastOfSome();
  }

  /** Which of those with equally few is chance. */
  private @Nullable Host leastOfAll() {
    Host best = null;
    long fewest = Long.MAX_VALUE;
    int tied = 0;
    for (Host candidate : hosts) {
      long active = candidate.stats().rqActive();
      tied = active < fewest ? 1 : active == fewest ? tied + 1 : tied;
      if (active < fewest || (active == fewest && Weights.bounded(random, tied) == 0)) {
        fewest = active;
        best = candidate;
      }
    }
    return best;
  }

  private @Nullable Host leastOfSome() {
    Host best = null;
    long fewest = Long.MAX_VALUE;
    for (int i = 0; i < choiceCount; i++) {
      Host candidate = hosts[Weights.bounded(random, hosts.length)];
      long active = candidate.stats().rqActive();
      if (active < fewest) {
        fewest = active;
        best = candidate;
      }
    }
    return best;
  }
}
